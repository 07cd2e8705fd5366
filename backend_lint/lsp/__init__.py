"""A language server: findings while one types, the rules' pages where the pointer rests, and corrections to choose from."""

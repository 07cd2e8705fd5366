"""Rules about writes that belong together: transactions, commits, rollbacks."""

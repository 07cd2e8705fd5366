"""Configuration: values in code that belong in the environment."""

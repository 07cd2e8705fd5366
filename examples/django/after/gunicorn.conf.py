workers = 2
timeout = 30
graceful_timeout = 20

"""Sessions, connections, cursors and clients: opened, and given back on every path."""

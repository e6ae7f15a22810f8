"""Processes: the master, its workers, listening sockets, log files and signals."""

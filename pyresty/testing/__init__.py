"""Cases in the Test::Nginx block format: reader, HTTP client, server driver, checks and the pytest collector.

The format and the sections that cases may use are described in ``compat/README.md``.
"""

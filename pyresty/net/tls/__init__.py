"""TLS by the interpreter's own libssl: contexts, handshakes and callbacks by ctypes (lua/native/tls.lua reads)."""

"""Pure metrics: frames in, one validated frame out; no clock, no SQL, no HTTP."""

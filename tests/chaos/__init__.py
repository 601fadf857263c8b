"""Killing processes in the middle of their work: `make chaos`. Nothing may be lost, nothing happen twice."""

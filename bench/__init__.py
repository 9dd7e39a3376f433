"""Benchmarks: what the portal costs, beside what a bare page costs."""

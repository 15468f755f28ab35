"""Sentences as vectors: all-MiniLM-L6-v2, run by onnxruntime. Optional; the matcher works without it."""

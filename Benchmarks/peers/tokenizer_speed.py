"""Tokenizing beside the PyPI package `tokenizers`: same file, same text, same run.

usage: tokenizer_speed.py --deepseek PATH --model FOLDER TEXT...
needs: pip install tokenizers

Both read pieces of about 64 KB of whole lines. Rounds alternate; figures are medians of three.
"""
import argparse
import json
import os
import statistics
import subprocess
import time

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["RAYON_NUM_THREADS"] = "1"
from tokenizers import Tokenizer  # noqa: E402: the environment comes first

parser = argparse.ArgumentParser()
parser.add_argument("--deepseek", required=True)
parser.add_argument("--model", required=True)
parser.add_argument("texts", nargs="+")
arguments = parser.parse_args()


def pieces(text):
    data, start, result = text.encode(), 0, []
    while start < len(data):
        end = data.find(b"\n", min(start + 65536, len(data)))
        end = len(data) if end < 0 else end + 1
        result.append(data[start:end].decode())
        start = end
    return result


for path in arguments.texts:
    with open(path, encoding="utf-8", errors="replace", newline="") as file:
        parts = pieces(file.read())
    size = sum(len(part.encode()) for part in parts) / 1e6
    rounds = []
    for _ in range(3):
        start = time.perf_counter()
        tokenizer = Tokenizer.from_file(os.path.join(arguments.model, "tokenizer.json"))
        load = time.perf_counter() - start
        start = time.perf_counter()
        tokens = sum(len(tokenizer.encode(part, add_special_tokens=False).ids) for part in parts)
        speed = size / (time.perf_counter() - start)
        command = [arguments.deepseek, "bench", "--tokenizer", arguments.model, "--text", path, "--runs", "1", "--json"]
        ours = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        assert ours["tokens"] == tokens, (ours["tokens"], tokens)
        rounds.append((load, speed, ours["load_seconds"], ours["single_mb_per_s"], ours["batch_mb_per_s"]))
    load, speed, our_load, our_speed, batch = (statistics.median(column) for column in zip(*rounds))
    print(f"{os.path.basename(path)} ({size:.1f} MB): open {our_load * 1000:.0f} against {load * 1000:.0f} ms; one thread "
          f"{our_speed:.1f} against {speed:.2f} MB/s (x{our_speed / speed:.1f}); all threads {batch:.1f} MB/s", flush=True)

"""Tokenizing beside the PyPI package `tokenizers`: same file, same text, same run.

usage: tokenizer_speed.py --deepseek PATH --model FOLDER [--openings 15] TEXT...
needs: pip install tokenizers

Opening is timed in a new process each time, the two alternating. Both read pieces of about 64 KB of whole lines, and must
give as many tokens. Rounds alternate; figures are medians, of three rounds for speed.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["RAYON_NUM_THREADS"] = "1"
from tokenizers import Tokenizer  # noqa: E402: the environment comes first

parser = argparse.ArgumentParser()
parser.add_argument("--deepseek", required=True)
parser.add_argument("--model", required=True)
parser.add_argument("--openings", type=int, default=15)
parser.add_argument("texts", nargs="+")
arguments = parser.parse_args()
file = os.path.join(arguments.model, "tokenizer.json")


def ours(path):
    command = [arguments.deepseek, "bench", "--tokenizer", arguments.model, "--text", path, "--runs", "1", "--json"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def openings():
    """The times of both, in new processes."""
    program = ("import sys, time; from tokenizers import Tokenizer; start = time.perf_counter(); "
               "Tokenizer.from_file(sys.argv[1]); print(time.perf_counter() - start)")
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as text:
        text.write("one line\n")
        text.flush()
        for _ in range(arguments.openings):
            theirs = subprocess.run([sys.executable, "-c", program, file], check=True, capture_output=True, text=True)
            yield ours(text.name)["load_seconds"], float(theirs.stdout)


def pieces(text):
    data, start, result = text.encode(), 0, []
    while start < len(data):
        end = data.find(b"\n", min(start + 65536, len(data)))
        end = len(data) if end < 0 else end + 1
        result.append(data[start:end].decode())
        start = end
    return result


pairs = list(openings())
us, them = (statistics.median(column) for column in zip(*pairs))
ratio = statistics.median(a / b for a, b in pairs)
print(f"open: {us * 1000:.0f} against {them * 1000:.0f} ms (x{ratio:.2f}, the median of the rounds' ratios)", flush=True)

tokenizer = Tokenizer.from_file(file)
for path in arguments.texts:
    with open(path, encoding="utf-8", errors="replace", newline="") as text:
        parts = pieces(text.read())
    size = sum(len(part.encode()) for part in parts) / 1e6
    rounds = []
    for _ in range(3):
        start = time.perf_counter()
        tokens = sum(len(tokenizer.encode(part, add_special_tokens=False).ids) for part in parts)
        speed = size / (time.perf_counter() - start)
        result = ours(path)
        assert result["tokens"] == tokens, (result["tokens"], tokens)
        rounds.append((speed, result["single_mb_per_s"], result["batch_mb_per_s"]))
    speed, our_speed, batch = (statistics.median(column) for column in zip(*rounds))
    print(f"{os.path.basename(path)} ({size:.1f} MB): one thread {our_speed:.1f} against {speed:.2f} MB/s "
          f"(x{our_speed / speed:.1f}); all threads {batch:.1f} MB/s", flush=True)

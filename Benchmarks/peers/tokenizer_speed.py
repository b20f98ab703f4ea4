"""Times the tokenizers library on one thread: loading, and encoding English books and Chinese prose.

Usage: tokenizer_speed.py TOKENIZER_JSON CORPUS_FOLDER [MEGABYTES]

Prints one JSON object. Seconds are those of the fastest of three runs, by the clock and of processor time.
"""

import os

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["RAYON_NUM_THREADS"] = "1"

import gzip
import json
import sys
import time

import tokenizers


def documents(path, limit):
    texts, total = [], 0
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            texts.append(json.loads(line)["text"])
            total += len(texts[-1].encode("utf-8"))
            if total >= limit:
                break
    return texts, total


def timed(action, runs=3):
    best = None
    for _ in range(runs):
        clock, processor = time.perf_counter(), time.process_time()
        result = action()
        seconds = time.perf_counter() - clock, time.process_time() - processor
        best = seconds if best is None else min(best, seconds)
    return result, best


def main():
    path, corpus = sys.argv[1:3]
    limit = int(float(sys.argv[3] if len(sys.argv) > 3 else 8) * 1e6)
    tokenizer, (clock, processor) = timed(lambda: tokenizers.Tokenizer.from_file(path))
    report = {
        "library": "tokenizers " + tokenizers.__version__,
        "load": {"seconds": clock, "processor_seconds": processor},
        "encode": {},
    }
    for name in ["en_classic_books", "zh_modern_prose"]:
        texts, total = documents(os.path.join(corpus, name + ".jsonl.gz"), limit)
        count, (clock, processor) = timed(
            lambda: sum(len(tokenizer.encode(text, add_special_tokens=False).ids) for text in texts)
        )
        report["encode"][name] = {
            "bytes": total,
            "tokens": count,
            "seconds": clock,
            "processor_seconds": processor,
            "megabytes_per_second": total / clock / 1e6,
        }
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()

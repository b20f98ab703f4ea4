"""Learning a vocabulary beside PyPI's tokenizers: the same texts, the same rules, whole processes, rounds alternating.

    python3 Benchmarks/peers/tokenizer_training.py --deepseek .build/release/deepseek texts.jsonl.gz --vocabulary 8192
"""

import argparse
import gzip
import json
import statistics
import subprocess
import sys
import tempfile
import time


def peer(files, vocabulary, output):
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    def texts():
        for path in files:
            opened = gzip.open(path, "rt") if path.endswith(".gz") else open(path)
            with opened:
                for line in opened:
                    yield json.loads(line)["text"] if ".jsonl" in path else line

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    tokenizer.train_from_iterator(texts(), trainers.BpeTrainer(
        vocab_size=vocabulary, min_frequency=2, special_tokens=["<bos>", "<eos>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    tokenizer.save(output)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", help="JSON lines with text, gzip or not")
    parser.add_argument("--deepseek", default=".build/release/deepseek")
    parser.add_argument("--vocabulary", type=int, default=8192)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only-peer", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only_peer:
        return peer(options.files, options.vocabulary, options.only_peer)
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(options.rounds):
            start = time.time()
            subprocess.run([options.deepseek, "tokenizer", "train", *options.files, "--vocabulary",
                            str(options.vocabulary), "--output", folder + "/ours", "--bos", "<bos>", "--eos", "<eos>",
                            "--quiet"], check=True)
            ours.append(time.time() - start)
            start = time.time()
            subprocess.run([sys.executable, __file__, *options.files, "--vocabulary", str(options.vocabulary),
                            "--only-peer", folder + "/theirs.json"], check=True)
            theirs.append(time.time() - start)
            print(f"ours {ours[-1]:.2f} s, tokenizers {theirs[-1]:.2f} s", flush=True)

        def merges(path):
            with open(path) as f:
                return [tuple(m) for m in json.load(f)["model"]["merges"]]

        same = merges(folder + "/ours/tokenizer.json") == merges(folder + "/theirs.json")
    print(json.dumps({
        "ours_seconds": round(statistics.median(ours), 2), "tokenizers_seconds": round(statistics.median(theirs), 2),
        "ratio": round(statistics.median(b / a for a, b in zip(ours, theirs)), 2), "same_merges": same,
    }, indent=1))


if __name__ == "__main__":
    main()

"""What drafting from the text itself brings: tokens per second with and without, on texts that repeat their source.

usage: speculation.py --deepseek PATH --model FOLDER-OR-GGUF [--drafts 8] [--runs 3] [--tokens 160]

A summary and an edit of code, as a chat with the model; greedy, --batch-invariant, so that the answers must be the same,
token for token, which is checked. Rounds alternate; medians of --runs.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile

parser = argparse.ArgumentParser()
parser.add_argument("--deepseek", required=True)
parser.add_argument("--model", required=True)
parser.add_argument("--drafts", type=int, default=8)
parser.add_argument("--runs", type=int, default=3)
parser.add_argument("--tokens", type=int, default=160)
arguments = parser.parse_args()

ARTICLE = """The lighthouse at Cape Morrow was built in 1871, after two ships were lost on the rocks in a single winter. \
It stands forty metres tall and its light can be seen from thirty kilometres away. For ninety years a keeper and his \
family lived in the white house beside it. In 1961 the light was made automatic, and the last keeper, Anna Reed, moved \
to the village. Today the house is a small museum, open from May to September, and the lamp is still lit every night. \
The village council wants to raise money to repair the stairs, which were damaged in the storm of last November."""

CODE = """def total_price(items, tax_rate):
    total = 0
    for item in items:
        total = total + item["price"] * item["count"]
    return total * (1 + tax_rate)


def print_receipt(items, tax_rate):
    for item in items:
        print(item["name"], item["count"], item["price"])
    print("total", total_price(items, tax_rate))


def cheapest(items):
    best = None
    for item in items:
        if best is None or item["price"] < best["price"]:
            best = item
    return best
"""

PROMPTS = {
    "summary": f"Summarise this text in a few sentences, keeping its wording where you can.\n\n{ARTICLE}",
    "code edit": f"Rename the function cheapest to cheapest_item and give the whole file back.\n\n```python\n{CODE}```",
}


def generate(prompt, drafts):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "messages.json")
        path.write_text(json.dumps([{"role": "user", "content": prompt}]))
        command = [arguments.deepseek, "generate", "--model", arguments.model, "--messages", path, "--temperature", 0]
        command += ["--max-tokens", arguments.tokens, "--batch-invariant", "--speculate", drafts, "--json"]
        output = subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True).stdout
        return json.loads(output)


print("| | prompt | answer | without drafts | with | ratio | drafted | taken |")
print("|---|---|---|---|---|---|---|---|")
for name, prompt in PROMPTS.items():
    pairs = [(generate(prompt, 0), generate(prompt, arguments.drafts)) for _ in range(arguments.runs)]
    assert all(plain["ids"] == drafted["ids"] for plain, drafted in pairs), "the answers differ"
    speeds = [[run["timings"]["generation_tokens_per_second"] for run in pair] for pair in pairs]
    ratio = statistics.median(drafted / plain for plain, drafted in speeds)
    plain, drafted = (statistics.median(column) for column in zip(*speeds))
    figures, usage = pairs[0][1]["speculation"], pairs[0][0]["usage"]
    print(
        f"| {name} | {usage['prompt_tokens']} | {usage['completion_tokens']} | {plain:.1f} | {drafted:.1f} "
        f"| {ratio:.2f} | {figures['drafted']} | {figures['accepted']} |", flush=True)

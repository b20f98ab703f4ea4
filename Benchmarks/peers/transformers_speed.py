"""Prompt and generation speed beside Hugging Face Transformers: same checkpoint, same machine, same run.

usage: transformers_speed.py --deepseek PATH --model FOLDER [--prompt 512] [--generate 32] [--runs 3] [--threads N]
needs: pip install torch transformers

Rounds of both alternate, so that a noisy machine disturbs both alike; ratios are of medians. Transformers runs once
with the weights as float32 and once as bfloat16, since PyTorch computes in the type of the weights; ours reads the
weights as they lie, and computes in the same type (--dtype).
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import time

import torch
from transformers import AutoModelForCausalLM

parser = argparse.ArgumentParser()
parser.add_argument("--deepseek", required=True)
parser.add_argument("--model", required=True)
parser.add_argument("--prompt", type=int, default=512)
parser.add_argument("--generate", type=int, default=32)
parser.add_argument("--runs", type=int, default=3)
parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
parser.add_argument("--types", default="float32,bfloat16")
arguments = parser.parse_args()
torch.set_num_threads(arguments.threads)


def ours(name):
    command = [
        arguments.deepseek, "bench", "--model", arguments.model, "--prompt", str(arguments.prompt), "--generate",
        str(arguments.generate), "--runs", "1", "--threads", str(arguments.threads), "--dtype", name, "--json",
    ]
    result = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)[0]
    return result["prompt_tokens_per_second"], result["generation_tokens_per_second"]


@torch.inference_mode()
def theirs(model):
    vocabulary = model.config.vocab_size
    ids = torch.tensor([[(i * 7919 + 13) % vocabulary for i in range(arguments.prompt)]])
    start = time.perf_counter()
    output = model(ids, use_cache=True, logits_to_keep=1)
    prompt = arguments.prompt / (time.perf_counter() - start)
    cache = output.past_key_values
    start = time.perf_counter()
    for step in range(arguments.generate):
        token = torch.tensor([[(step * 104729 + 7) % vocabulary]])
        output = model(token, past_key_values=cache, use_cache=True, logits_to_keep=1)
        cache = output.past_key_values
    return prompt, arguments.generate / (time.perf_counter() - start)


def medians(rounds):
    return [statistics.median(column) for column in zip(*rounds)]


rows = []
for name in arguments.types.split(","):
    model = AutoModelForCausalLM.from_pretrained(arguments.model, dtype=getattr(torch, name))
    model.eval()
    theirs(model)
    mine, others = [], []
    for _ in range(arguments.runs):
        mine.append(ours(name))
        others.append(theirs(model))
    for kind, us, them in zip(("prompt", "generation"), medians(mine), medians(others)):
        rows.append({"work": f"{name}, {kind}", "ours": us, "theirs": them, "ratio": us / them})
        print(f"{name}, {kind}: {us:.2f} against {them:.2f} tokens/s (x{us / them:.2f})", file=sys.stderr, flush=True)
    del model
print(json.dumps({"peer": "Transformers", "rows": rows}))

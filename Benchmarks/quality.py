"""What low-bit forms of a checkpoint cost: size, perplexity, and KL divergence from the checkpoint itself, beside GGUF.

usage: quality.py --deepseek PATH --model FOLDER --work FOLDER [--calibrate TEXT]... [--tokens 4096] TEXT...
needs: pip install gguf safetensors numpy

A TEXT is a file of plain text, or FILE:FIELD for a field of each entry of a .json, .jsonl or .csv file, any of them also
as .gz. Of each, the first --tokens tokens are read, in windows of the model's context (at most 512) that begin with the beginning of sequence.

Everything is computed by `deepseek logits` in float32, so that only the weights differ, but for the rows that name
another arithmetic. GGUF's forms are quantised and dequantised by the `gguf` package, in the manner of llama.cpp: all
matrices but the router, which stays float32 as the norms do. Sizes are of the tensors. KL is the mean over tokens of
Σ p·ln(p / q), p being the checkpoint's.
"""
import argparse
import csv
import gzip
import json
import os
import pathlib
import shutil
import subprocess

import numpy as np
from gguf import GGMLQuantizationType, quants
from safetensors.numpy import load_file, save_file

parser = argparse.ArgumentParser()
parser.add_argument("--deepseek", required=True)
parser.add_argument("--model", required=True, type=pathlib.Path)
parser.add_argument("--work", required=True, type=pathlib.Path, help="for the folders that are compared")
parser.add_argument("--calibrate", action="append", default=[], help="for the calibrated rows; of each, 60,000 characters")
parser.add_argument("--tokens", type=int, default=4096)
parser.add_argument("texts", nargs="+")
arguments = parser.parse_args()
arguments.work.mkdir(parents=True, exist_ok=True)
configuration = json.loads((arguments.model / "config.json").read_text())


def deepseek(*command):
    return subprocess.run([arguments.deepseek, *map(str, command)], check=True, capture_output=True, text=True).stdout


def read(text):
    path, _, field = text.partition(":")
    name = path.removesuffix(".gz")
    with (open if name == path else gzip.open)(path, "rt", encoding="utf-8", newline="") as file:
        if name.endswith(".jsonl"):
            return "\n\n".join(json.loads(line)[field] for line in file)
        if name.endswith(".json"):
            return "\n\n".join(entry[field] for entry in json.load(file))
        if name.endswith(".csv"):
            return "\n\n".join(row[field] for row in csv.DictReader(file))
        return file.read()


def windows(text):
    """Lists of ids; with the beginning of sequence in front, none is longer than the context."""
    path = arguments.work / "text"
    path.write_text(read(text)[: 16 * arguments.tokens])
    ids = json.loads(deepseek("tokenize", "--model", arguments.model, "--file", path, "--no-special", "--json"))["ids"]
    ids = ids[: arguments.tokens]
    size = min(configuration["max_position_embeddings"], 512) - 1
    return [[configuration["bos_token_id"], *ids[first : first + size]] for first in range(0, len(ids), size)]


def log_probabilities(folder, ids, dtype):
    path = arguments.work / "logits.safetensors"
    options = ["--ids", " ".join(map(str, ids)), "--dtype", dtype, "--output", path]
    deepseek("logits", "--model", folder, *options)
    logits = load_file(path)["logits"].astype(np.float64)
    logits -= logits.max(axis=1, keepdims=True)
    return logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))


def tensor_bytes(folder):
    """Of all tensors: the files without their headers."""
    total = 0
    for path in folder.glob("*.safetensors"):
        with open(path, "rb") as file:
            total += path.stat().st_size - 8 - int.from_bytes(file.read(8), "little")
    return total


def quantized(name, *options):
    """A folder that `deepseek quantize` writes, and its bytes."""
    folder = arguments.work / name
    shutil.rmtree(folder, ignore_errors=True)
    deepseek("quantize", arguments.model, folder, "--quiet", *options)
    return folder, tensor_bytes(folder)


def weights():
    """The checkpoint's tensors as float32; bfloat16 is read by hand, since numpy has no such type."""
    for path in sorted(arguments.model.glob("*.safetensors")):
        data = path.read_bytes()
        start = 8 + int.from_bytes(data[:8], "little")
        for name, tensor in json.loads(data[8:start]).items():
            if name == "__metadata__":
                continue
            first, end = (start + offset for offset in tensor["data_offsets"])
            bits = np.frombuffer(data[first:end], dtype={"BF16": np.uint16, "F16": np.float16, "F32": np.float32}[tensor["dtype"]])
            if tensor["dtype"] == "BF16":
                bits = (bits.astype(np.uint32) << 16).view(np.float32)
            yield name, bits.astype(np.float32).reshape(tensor["shape"])


def through_gguf(name, kind):
    """A float32 folder of what GGUF keeps of the weights, and the bytes that they take there."""
    folder = arguments.work / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    kept, total = {}, 0
    for tensor, values in weights():
        if values.ndim == 2 and not tensor.endswith("mlp.gate.weight"):
            blocks = quants.quantize(values, kind)
            total += blocks.nbytes
            values = quants.dequantize(blocks, kind)
        else:
            total += values.nbytes
        kept[tensor] = np.ascontiguousarray(values, dtype=np.float32)
    save_file(kept, folder / "model.safetensors", metadata={"format": "pt"})
    for file in ("config.json", "tokenizer.json", "tokenizer_config.json"):
        shutil.copy(arguments.model / file, folder / file)
    return folder, total


count = sum(values.size for _, values in weights())
rows = [("bfloat16, as published", arguments.model, tensor_bytes(arguments.model), "float32")]


def add(label, made, dtype="float32"):
    rows.append((label, *made, dtype))


int8 = quantized("int8", "--format", "int8")
add("int8", int8)
add("int8, arithmetic in int8", int8, "int8")
add("GGUF Q8_0", through_gguf("q8_0", GGMLQuantizationType.Q8_0))
add("fp8", quantized("fp8", "--format", "fp8"))
int4 = quantized("int4", "--format", "int4")
if arguments.calibrate:
    sample = arguments.work / "calibration"
    sample.write_text("\n\n".join(read(text)[:60_000] for text in arguments.calibrate))
    calibrated = quantized("int4-calibrated", "--format", "int4", "--calibrate", sample)
    add("int4, calibrated", calibrated)
    add("int4, calibrated, arithmetic in int8", calibrated, "int8")
add("int4", int4)
add("int4, arithmetic in int8", int4, "int8")
add("GGUF Q4_0", through_gguf("q4_0", GGMLQuantizationType.Q4_0))

texts = [windows(text) for text in arguments.texts]
reference = [[log_probabilities(arguments.model, ids, "float32") for ids in text] for text in texts]
names = [os.path.basename(text.partition(":")[0]) for text in arguments.texts]
print("| | bytes | bits per weight | " + " | ".join(f"{name}: perplexity | KL" for name in names) + " |")
print("|---" * (3 + 2 * len(names)) + "|")
for label, folder, size, dtype in rows:
    cells = [f"{size:,}", f"{size * 8 / count:.3f}"]
    for text, wanted in zip(texts, reference):
        losses, base, divergence = [], [], []
        for ids, p in zip(text, wanted):
            q = p if folder == arguments.model else log_probabilities(folder, ids, dtype)
            places = (np.arange(len(ids) - 1), ids[1:])
            losses.append(-q[places])
            base.append(-p[places])
            divergence.append((np.exp(p) * (p - q)).sum(axis=1))
        perplexity, before = (np.exp(np.concatenate(part).mean()) for part in (losses, base))
        kl = np.concatenate(divergence).mean()
        cells += [f"{perplexity:.2f} ({(perplexity / before - 1) * 100:+.2f} %)", f"{kl:.2e}"]
    print(f"| {label} | " + " | ".join(cells) + " |", flush=True)

"""Runs this package and each peer on the same work in turn, on this machine, and prints the ratios.

    python3 Benchmarks/peers/compare.py --deepseek .build/release/deepseek --work /tmp/compare --tokenizer FOLDER

Each peer is a script beside this one, which can be run alone too. A peer whose Python package is missing is left out and
named. Files that the peers need (random weights) are made in --work and stay there for the next time. --quick takes one
round and short work, to see that all of it runs. Figures go to standard output as a Markdown table, and with their
commands to WORK/results.json.
"""

import argparse
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--deepseek", default=".build/release/deepseek")
parser.add_argument("--work", required=True, type=pathlib.Path)
parser.add_argument("--tokenizer", help="a folder with V2's tokenizer.json, which llama.cpp's file needs")
parser.add_argument("--vllm-python", default=sys.executable, help="the interpreter that has vLLM")
parser.add_argument("--peers", default="llama.cpp,vllm,transformers,kt-kernel")
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--quick", action="store_true")
options = parser.parse_args()
results = []


def has(package, python=sys.executable):
    check = f"import importlib.util, sys; sys.exit(importlib.util.find_spec('{package}') is None)"
    return subprocess.run([python, "-c", check]).returncode == 0


def run(script, *arguments):
    """The last line of a peer's script is its result."""
    command = [sys.executable, str(HERE / script), "--deepseek", options.deepseek, *map(str, arguments)]
    print("$ " + " ".join(command), file=sys.stderr)
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        print(f"{script} failed with {done.returncode}; left out", file=sys.stderr)
        return
    result = json.loads(done.stdout.strip().splitlines()[-1])
    results.append({**result, "command": " ".join(command)})


def made(name, layers):
    folder = options.work / name
    if not (folder / "config.json").exists():
        subprocess.run([options.deepseek, "bench", "--make", "v2-lite", "--layers", str(layers), "--output", folder], check=True)
    return folder


def random_gguf(kind):
    path = options.work / f"v2-lite-{kind}.gguf"
    if not path.exists():
        subprocess.run([sys.executable, HERE / "random_gguf.py", path, "--tokenizer", options.tokenizer, "--type", kind], check=True)
    return path


def llama_cpp():
    if not options.tokenizer:
        return print("llama.cpp is left out: its file needs --tokenizer FOLDER", file=sys.stderr)
    works = [("q4_0", "int4", 512, 64, 1), ("q4_0", "int4", 16, 16, 32), ("q8_0", "int8", 16, 64, 1)]
    if not options.quick:
        works.append(("q4_0", "int4", 4096, 32, 1))
    for kind, weights, prompt, generate, sequences in works:
        rounds = 1 if options.quick or prompt > 1000 else options.rounds
        run("llama_cpp_speed.py", "--gguf", random_gguf(kind), "--format", weights, "--prompt", prompt, "--generate", generate,
            "--sequences", sequences, "--rounds", rounds)


def vllm():
    run("vllm_speed.py", "--model", made("v2-lite-6", 6), "--format", "int4", "--python", options.vllm_python, "--rounds", options.rounds)


def transformers():
    run("transformers_speed.py", "--model", made("v2-lite-4", 4), "--prompt", 512, "--generate", 8, "--runs", options.rounds)


def kt_kernel():
    for shape in ("v2-lite", "v2"):
        for weights in ("int4", "int8"):
            run("kt_kernel_speed.py", "--shape", shape, "--format", weights, "--rounds", options.rounds,
                "--tokens", "1,16" if options.quick else "1,16,512,2048")


PEERS = {
    "llama.cpp": (llama_cpp, "llama_cpp", sys.executable), "vllm": (vllm, "vllm", options.vllm_python),
    "transformers": (transformers, "transformers", sys.executable), "kt-kernel": (kt_kernel, "kt_kernel", sys.executable)}

if options.quick:
    options.rounds = 1
unknown = [name for name in options.peers.split(",") if name not in PEERS]
if unknown:
    sys.exit(f"unknown peers: {', '.join(unknown)}; known: {', '.join(PEERS)}")
options.work.mkdir(parents=True, exist_ok=True)
machine = json.loads(subprocess.run([options.deepseek, "bench", "--machine", "--json"], check=True, capture_output=True, text=True).stdout)
for name in options.peers.split(","):
    measure, package, python = PEERS[name]
    if has(package, python):
        measure()
    else:
        print(f"{name} is left out: {python} has no package {package}", file=sys.stderr)

print(f"{machine['processor']}, {machine['threads']} threads, reads {machine['read_bandwidth'][-1]['bytes_per_second'] / 1e9:.1f} GB/s\n")
print("| peer | work | ours | theirs | ratio |\n|---|---|---|---|---|")
for result in results:
    unit = result.get("unit", "tokens/s")
    for row in result["rows"]:
        print(f"| {result['peer']} | {row['work']} | {row['ours']:.2f} {unit} | {row['theirs']:.2f} {unit} | {row['ratio']:.2f} |")
(options.work / "results.json").write_text(json.dumps({"machine": machine, "results": results}, indent=1))

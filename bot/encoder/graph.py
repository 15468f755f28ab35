"""The encoder as an ONNX graph, written out from its weights. Neither torch nor transformers is needed.

The network is BERT as all-MiniLM-L6-v2 uses it: 6 layers, 384 wide, 12 heads; a sentence's vector is
the mean over its pieces of words, of length 1. The large matrices become whole numbers of 8 bits, in
blocks of 32 with a scale each. Measured against full precision: the mean cosine is .9997, and half the
time. (The usual whole-matrix 8 bits give .9936, which costs 2 points of recall.)
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, checker, helper, numpy_helper

LAYERS = 6
WIDTH = 384
HEADS = 12
BLOCK = 32  # weights that share a scale
EIGHT_BITS_INSIDE = 4  # onnxruntime's accuracy level: it multiplies the whole numbers themselves
MASKED = -1e4  # added to what is padding, so that nobody attends to it
EPSILON = 1e-12  # as in the model's config.json

Weights = Mapping[str, NDArray[Any]]


def onnx_of(weights: Weights) -> bytes:
    """The graph: `ids` and `mask` in (sentence, piece), `vector` out (sentence, WIDTH)."""
    graph = _Graph(weights)
    mask = graph.add("Cast", "mask", to=TensorProto.FLOAT)
    x = _embedded(graph)
    attended = graph.add("Unsqueeze", mask, graph.numbers([1, 2]))
    hidden = graph.add("Mul", graph.add("Sub", graph.number(1), attended), graph.number(MASKED))
    for layer in range(LAYERS):
        x = _layer(graph, x, hidden, f"encoder.layer.{layer}.")
    summed = graph.add("ReduceSum", graph.add("Mul", x, graph.add("Unsqueeze", mask, graph.numbers([2]))),
                       graph.numbers([1]), keepdims=0)  # fmt: skip
    return graph.finish(graph.add("LpNormalization", summed, axis=1, p=2))


def _embedded(graph: "_Graph") -> str:
    """What each piece means by itself and at its place. Half precision is enough to look it up."""
    words = graph.weights["embeddings.word_embeddings.weight"].astype(np.float16)
    places = graph.weights["embeddings.position_embeddings.weight"]
    places = places + graph.weights["embeddings.token_type_embeddings.weight"][0]
    length = graph.add("Slice", graph.add("Shape", "ids"), graph.numbers([1]), graph.numbers([2]))
    zero = graph.numbers([0])
    here = graph.add("Slice", graph.constant(places), zero, length, zero)
    word = graph.add("Cast", graph.add("Gather", graph.constant(words), "ids"), to=TensorProto.FLOAT)
    return graph.norm(graph.add("Add", word, here), "embeddings.LayerNorm")


def _layer(graph: "_Graph", x: str, hidden: str, name: str) -> str:
    heads = graph.numbers([0, 0, HEADS, WIDTH // HEADS])
    query, key, value = (
        graph.add("Reshape", graph.dense(x, f"{name}attention.self.{part}"), heads)
        for part in ("query", "key", "value")
    )
    query, value = (graph.add("Transpose", part, perm=[0, 2, 1, 3]) for part in (query, value))
    key = graph.add("Transpose", key, perm=[0, 2, 3, 1])
    scale = graph.number(float(1 / np.sqrt(WIDTH // HEADS)))
    scores = graph.add("Add", graph.add("Mul", graph.add("MatMul", query, key), scale), hidden)
    seen = graph.add("MatMul", graph.add("Softmax", scores, axis=-1), value)
    joined = graph.add("Transpose", seen, perm=[0, 2, 1, 3])
    joined = graph.add("Reshape", joined, graph.numbers([0, 0, WIDTH]))
    new = graph.dense(joined, f"{name}attention.output.dense")
    x = graph.norm(graph.add("Add", new, x), f"{name}attention.output.LayerNorm")
    new = graph.add("Gelu", graph.dense(x, f"{name}intermediate.dense"))
    new = graph.dense(new, f"{name}output.dense")
    return graph.norm(graph.add("Add", new, x), f"{name}output.LayerNorm")


class _Graph:
    """Nodes and constants as they are added; each has a name of its own."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []

    def add(self, kind: str, *inputs: str, **settings: Any) -> str:
        name = f"value{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **settings))
        return name

    def constant(self, value: NDArray[Any]) -> str:
        name = f"constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def number(self, value: float) -> str:
        return self.constant(np.array(value, dtype=np.float32))

    def numbers(self, values: list[int]) -> str:
        return self.constant(np.array(values, dtype=np.int64))

    def norm(self, x: str, name: str) -> str:
        scale, shift = (self.constant(self.weights[f"{name}.{part}"]) for part in ("weight", "bias"))
        return self.add("LayerNormalization", x, scale, shift, axis=-1, epsilon=EPSILON)

    def dense(self, x: str, name: str) -> str:
        matrix = self.weights[f"{name}.weight"]
        out, into = matrix.shape
        whole, scales = eight_bits(matrix)
        product = self.add(
            "MatMulNBits", x, self.constant(whole), self.constant(scales), domain="com.microsoft",
            K=into, N=out, bits=8, block_size=BLOCK, accuracy_level=EIGHT_BITS_INSIDE,
        )  # fmt: skip
        return self.add("Add", product, self.constant(self.weights[f"{name}.bias"]))

    def finish(self, output: str) -> bytes:
        inputs = [helper.make_tensor_value_info(n, TensorProto.INT64, ["b", "s"]) for n in ("ids", "mask")]
        self.nodes.append(helper.make_node("Identity", [output], ["vector"]))
        vector = helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["b", WIDTH])
        graph = helper.make_graph(self.nodes, "sentence-encoder", inputs, [vector], self.constants)
        sets = [helper.make_opsetid("", 20), helper.make_opsetid("com.microsoft", 1)]
        model = helper.make_model(graph, opset_imports=sets, ir_version=9)
        checker.check_model(model)
        return bytes(model.SerializeToString())


def eight_bits(matrix: NDArray[Any]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Blocks of whole numbers around 128, and the scale of each block."""
    blocks = matrix.reshape(matrix.shape[0], -1, BLOCK)
    scales = np.maximum(np.abs(blocks).max(axis=2), 1e-9) / 127
    whole = np.clip(np.rint(blocks / scales[..., None]) + 128, 0, 255)
    return whole.astype(np.uint8), scales.astype(np.float32)

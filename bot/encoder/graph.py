"""The encoder as an ONNX graph, written out from its weights. Neither torch nor transformers is needed.

The network is BERT as all-MiniLM-L6-v2 uses it: 6 layers, 384 wide, 12 heads; a sentence's vector is
the mean over its pieces of words, of length 1. Beside it stands the same mean one layer earlier, which is
nearer to the words: it helps to tell whether an entry answers at all (docs/decisions/0008).

The large matrices become whole numbers of 8 bits. Most have a scale for each column, after what comes in
loud has been made quieter and its weights louder (SmoothQuant: Xiao and others, 2022, arXiv:2211.10438). How
loud it comes in, a few sentences tell. The last matrix of each layer has blocks of 32 with a scale
each: it is fed by a Gelu, which no such balance tames.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, checker, helper, numpy_helper

LAYERS = 6
WIDTH = 384
HEADS = 12
BLOCK = 32  # weights that share a scale
EIGHT_BITS_INSIDE = 4  # onnxruntime's accuracy level: it multiplies the whole numbers themselves
BALANCE = 0.7  # of the loudness, what the weights take over; .6 to .8 make no difference
MASKED = -1e4  # added to what is padding, so that nobody attends to it
EPSILON = 1e-12  # as in the model's config.json

Weights = Mapping[str, NDArray[Any]]
Loudness = Mapping[str, NDArray[np.float32]]  # of what comes into each matrix, the most in each column


def onnx_of(weights: Weights, sentences: Sequence[Sequence[int]]) -> bytes:
    """The graph: `ids` and `mask` in (sentence, piece), `vector` out (sentence, 2 * WIDTH).

    `sentences`: pieces of a few texts of different kinds, for the loudness.
    """
    return _written(_Graph(weights, loudness(weights, sentences)))


def loudness(weights: Weights, sentences: Sequence[Sequence[int]]) -> Loudness:
    graph = _Graph(weights)
    model = _written(graph, heard=True)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, ["CPUExecutionProvider"])
    loudest: dict[str, NDArray[np.float32]] = {}
    for pieces in sentences:
        ids = np.array([pieces], dtype=np.int64)
        values = session.run(list(graph.heard.values()), {"ids": ids, "mask": np.ones_like(ids)})
        for name, value in zip(graph.heard, values, strict=True):
            most = np.abs(value[0]).max(axis=0)
            loudest[name] = np.maximum(loudest.get(name, most), most)
    return loudest


def _written(graph: "_Graph", *, heard: bool = False) -> bytes:
    mask = graph.add("Cast", "mask", to=TensorProto.FLOAT)
    x = earlier = _embedded(graph)
    attended = graph.add("Unsqueeze", mask, graph.numbers([1, 2]))
    hidden = graph.add("Mul", graph.add("Sub", graph.number(1), attended), graph.number(MASKED))
    for layer in range(LAYERS):
        x, earlier = _layer(graph, x, hidden, f"encoder.layer.{layer}."), x
    means = [_mean(graph, each, mask) for each in (x, earlier)]
    return graph.finish(graph.add("Concat", *means, axis=1), heard=heard)


def _mean(graph: "_Graph", x: str, mask: str) -> str:
    """Over the pieces that are no padding, of length 1."""
    seen = graph.add("Mul", x, graph.add("Unsqueeze", mask, graph.numbers([2])))
    summed = graph.add("ReduceSum", seen, graph.numbers([1]), keepdims=0)
    return graph.add("LpNormalization", summed, axis=1, p=2)


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
    asked = graph.add("Reshape", graph.attention(x, name), graph.numbers([0, 0, 3 * HEADS, WIDTH // HEADS]))
    query, key, value = (
        graph.add("Slice", asked, *(graph.numbers([n]) for n in (part * HEADS, (part + 1) * HEADS, 2)))
        for part in range(3)
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
    new = graph.dense(new, f"{name}output.dense", in_blocks=True)
    return graph.norm(graph.add("Add", new, x), f"{name}output.LayerNorm")


class _Graph:
    """Nodes and constants as they are added; each has a name of its own.

    Without `loudness` it is in full precision, and `heard` says what comes into each matrix.
    """

    def __init__(self, weights: Weights, loudness: Loudness | None = None) -> None:
        self.weights = weights
        self.loudness = loudness
        self.heard: dict[str, str] = {}
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

    def dense(self, x: str, name: str, *, in_blocks: bool = False) -> str:
        matrix, bias = self.weights[f"{name}.weight"], self.weights[f"{name}.bias"]
        if self.loudness is not None and in_blocks:
            return self._in_blocks(x, matrix, bias)
        return self._multiplied(x, matrix, bias, name)

    def attention(self, x: str, name: str) -> str:
        """Query, key and value side by side, in one multiplication."""
        parts = [f"{name}attention.self.{part}" for part in ("query", "key", "value")]
        matrix = np.concatenate([self.weights[f"{part}.weight"] for part in parts])
        bias = np.concatenate([self.weights[f"{part}.bias"] for part in parts])
        return self._multiplied(x, matrix, bias, f"{name}attention.self")

    def _multiplied(self, x: str, matrix: NDArray[Any], bias: NDArray[Any], name: str) -> str:
        self.heard[name] = x
        if self.loudness is None:
            return self.add("Add", self.add("MatMul", x, self.constant(matrix.T)), self.constant(bias))
        louder = balance(matrix, self.loudness[name])
        whole, scales = by_column(matrix * louder)
        quieter = self.add("Mul", x, self.constant(1 / louder))
        return self.add(
            "DynamicQuantizeMatMul", quieter, self.constant(whole), self.constant(scales),
            self.constant(np.zeros(len(scales), dtype=np.int8)), self.constant(bias), domain="com.microsoft",
        )  # fmt: skip

    def _in_blocks(self, x: str, matrix: NDArray[Any], bias: NDArray[Any]) -> str:
        out, into = matrix.shape
        whole, scales = eight_bits(matrix)
        product = self.add(
            "MatMulNBits", x, self.constant(whole), self.constant(scales), domain="com.microsoft",
            K=into, N=out, bits=8, block_size=BLOCK, accuracy_level=EIGHT_BITS_INSIDE,
        )  # fmt: skip
        return self.add("Add", product, self.constant(bias))

    def finish(self, output: str, *, heard: bool = False) -> bytes:
        inputs = [helper.make_tensor_value_info(n, TensorProto.INT64, ["b", "s"]) for n in ("ids", "mask")]
        self.nodes.append(helper.make_node("Identity", [output], ["vector"]))
        outputs = [helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["b", 2 * WIDTH])]
        if heard:
            values = dict.fromkeys(self.heard.values())
            outputs += [
                helper.make_tensor_value_info(value, TensorProto.FLOAT, ["b", "s", f"wide {value}"])
                for value in values
            ]
        graph = helper.make_graph(self.nodes, "sentence-encoder", inputs, outputs, self.constants)
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


def balance(matrix: NDArray[Any], loudest: NDArray[np.float32]) -> NDArray[np.float32]:
    """How much louder each column's weights become, and quieter what comes in. One on average."""
    weights = np.maximum(np.abs(matrix).max(axis=0), 1e-5)
    louder = np.maximum(loudest, 1e-3) ** BALANCE / weights ** (1 - BALANCE)
    return np.asarray(louder / np.exp(np.log(louder).mean()), dtype=np.float32)


def by_column(matrix: NDArray[Any]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Whole numbers as they are multiplied from the right, and the scale of each column."""
    scales = np.maximum(np.abs(matrix).max(axis=1), 1e-9) / 127
    whole = np.clip(np.rint(matrix / scales[:, None]), -127, 127)
    return whole.T.astype(np.int8), scales.astype(np.float32)

import DeepSeekCheckpoints
import Testing

@Suite struct HostilePickleTests {
    private func parse(_ build: (inout PickleBytes) -> Void) throws {
        var pickle = PickleBytes()
        build(&pickle)
        _ = try parseTorch(torchArchive(pickle.bytes))
    }

    @Test(arguments: [
        "os\nsystem", "posix\nsystem", "builtins\neval", "__builtin__\nexec", "torch\nload",
        "torch._utils\n_rebuild_tensor",
        "torch.storage\n_load_from_bytes", "collections\nOrderedDict.__init__", "torch\n_utils._rebuild_tensor_v2",
        "subprocess\nPopen", "\n",
    ])
    func refusesEveryOtherName(name: String) {
        let shown = name == "\n" ? "\".\"" : name.split(separator: "\n").joined(separator: ".")
        #expect(
            fails(.unsafePickle, naming: shown, "test.bin") {
                try parse {
                    $0.raw("c\(name)\n"); $0.string("true"); $0.raw([0x85]); $0.raw("R.")
                }
            })
    }

    @Test func refusesEveryOtherInstruction() {
        let known = Set(".(NJKMXqrhj)t}sucQRb".utf8).union([0x80, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x94])
        for code in UInt8.min...UInt8.max where !known.contains(code) {
            #expect(fails(.unsafePickle, naming: "0x\(String(code, radix: 16))") { try parse { $0.raw([code]) } })
        }
    }

    @Test func memoNumbersAreBounded() {
        #expect(
            fails(.unsafePickle, naming: "4294967295") {
                try parse {
                    $0.raw("}r"); $0.raw([255, 255, 255, 255])
                }
            })
        #expect(
            fails(.unsafePickle, naming: "200") {
                try parse {
                    $0.raw("}q"); $0.raw([200])
                }
            })
        #expect(
            fails(.malformed, naming: "recalls") {
                try parse {
                    $0.raw("h"); $0.raw([0])
                }
            })
        #expect(
            fails(.malformed, naming: "recalls") {
                try parse {
                    $0.raw("j"); $0.raw([255, 255, 255, 255])
                }
            })
    }

    @Test func stackAndMarksAreBounded() {
        #expect(fails(.unsafePickle, naming: "stack") { try parse { $0.raw(String(repeating: "N", count: 70_000)) } })
        #expect(fails(.unsafePickle, naming: "marks") { try parse { $0.raw(String(repeating: "(", count: 70_000)) } })
    }

    /// A million tuples, each in the next, and a dictionary that holds itself: neither may exhaust the stack or leak.
    @Test func depthAndCirclesAreHarmless() {
        #expect(
            fails(.unsupportedFormat, naming: "something else") {
                try parse {
                    $0.raw(")"); $0.raw([UInt8](repeating: 0x85, count: 1_000_000)); $0.raw(".")
                }
            })
        #expect(
            fails(.unsupportedFormat, naming: "\"w\"") {
                try parse {
                    $0.raw("}"); $0.raw("q\u{0}"); $0.string("w"); $0.raw("h\u{0}s.")
                }
            })
    }

    @Test func aLongShapeIsNotCopiedAgainAndAgain() {
        #expect(
            fails(.malformed, naming: "dimensions") {
                try parse {
                    $0.tensor(shape: [Int32](repeating: 1, count: 65), strides: [Int32](repeating: 1, count: 65))
                }
            })
    }

    @Test(arguments: [
        "R", "s", "u", "t", "b", "Q", "}R", ")R", "}}R", "))R", "}b", "N}b", "(s", "}(NNu", "}(Nu", "NQ", ")Q",
        "q\u{0}",
        "ccollections\nOrderedDict\n}R", "ccollections\nOrderedDict\n(NtR", "ctorch._utils\n_rebuild_tensor_v2\n)R",
        "ctorch._utils\n_rebuild_parameter\n)R", "ctorch\nFloatStorage\n)R", "(.", "N.", ".", "}N.", "K",
        "X\u{7F}\u{7F}\u{7F}\u{7F}",
        "ctorch", "c\(String(repeating: "a", count: 1000))\n\n",
    ])
    func damagedPicklesAreErrors(text: String) {
        #expect(throws: CheckpointError.self) { try parse { $0.raw(text) } }
    }

    @Test func lengthsOfNumbersAreBounded() {
        #expect(
            fails(.malformed, naming: "255 bytes") {
                try parse {
                    $0.raw([0x8A, 255]); $0.raw([UInt8](repeating: 1, count: 255))
                }
            })
    }
}

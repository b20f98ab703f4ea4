import DeepSeekJSON
import DeepSeekTensors
import DeepSeekTraining
import Testing

@Suite(.enabled(if: TrainingGolden.isPresent, TrainingGolden.reason))
struct GoldenTrainingTests {
    @Test(arguments: ["v2-tiny", "v2-lite-tiny"], [false, true])
    func lossGradientsAndStepEqualPyTorch(name: String, recomputed: Bool) throws {
        let golden = try TrainingGolden(name)
        let network = try golden.network(
            TrainingOptions(precision: .float32, recomputesActivations: recomputed))
        #expect(agree(network.differentiate(), try #require(golden.json["loss"]?.number)))

        let trained = network.store.trained
        let norms = AdamW.gradientNorms(trained, network.context)
        let gradients = try #require(golden.json["grad"]?.object)
        #expect(gradients.count == trained.count)
        for (parameter, norm) in zip(trained, norms) {
            let expected = try #require(gradients[parameter.name], "\(parameter.name)")
            #expect(agree(norm, try #require(expected["l2"]?.number)), "\(parameter.name)")
            let largest = try #require(expected["max_abs_value"]?.number)
            for (index, value) in try #require(expected["first8"]?.array).enumerated() {
                let found = Double(try #require(parameter.gradient)[index])
                #expect(abs(found - value.number!) <= 1e-4 * abs(largest) + 1e-8, "\(parameter.name)[\(index)]")
            }
        }
        let global = norms.reduce(0) { $0 + $1 * $1 }.squareRoot()
        #expect(agree(global, try #require(golden.json["grad_global_l2"]?.number)))

        AdamW(decaysVectors: true).step(trained, number: 1, learningRate: 1e-3, scale: 1, network.context)
        let after = try #require(golden.json["after_step"]?.object)
        for parameter in trained {
            let expected = try #require(after[parameter.name])
            let norm = network.context.training.sumOfSquares(parameter.value, count: parameter.count).squareRoot()
            #expect(agree(norm, try #require(expected["l2"]?.number)), "\(parameter.name)")
            for (index, value) in try #require(expected["first8"]?.array).enumerated() {
                // A gradient near 0 leaves the direction of the first step to rounding.
                let gradient = abs(try #require(parameter.gradient)[index])
                let tolerance = gradient < 1e-6 ? 2.1e-3 : 1e-4 * max(abs(value.number!), 1e-2)
                #expect(abs(Double(parameter.value[index]) - value.number!) <= tolerance, "\(parameter.name)[\(index)]")
            }
        }
        let (sum, count) = network.evaluate()
        #expect(agree(sum / Double(count), try #require(golden.json["loss_after_step"]?.number)))
    }

    @Test(arguments: ["v2-tiny", "v2-lite-tiny"])
    func auxiliaryLossEqualsThePublishedCode(name: String) throws {
        let golden = try TrainingGolden(name)
        for (key, expected) in try #require(golden.json["original_with_aux_loss"]?.object) {
            let fields = key.split(separator: ",").map { $0.split(separator: "=").map(String.init) }
            let balance = BalanceWeights(
                expert: try #require(Double(fields[0][1])), isPerSequence: fields[1][1] == "True")
            let network = try golden.network(TrainingOptions(precision: .float32, balance: balance))
            #expect(agree(network.differentiate(), try #require(expected["loss_reported"]?.number)), "\(key)")
            let losses = try #require(expected["aux_losses_per_moe_layer"]?.array).compactMap(\.number)
            #expect(losses.count == network.routers.count)
            for (router, loss) in zip(network.routers, losses) { #expect(agree(router.balanceLoss, loss, floor: 0)) }
            let norms = try #require(expected["grad_l2"]?.object)
            for (parameter, norm) in zip(
                network.store.trained, AdamW.gradientNorms(network.store.trained, network.context))
            {
                guard let reference = norms[parameter.name]?.number else { continue }
                #expect(agree(norm, reference), "\(key) \(parameter.name)")
            }
        }
    }

    @Test func threadsDoNotChangeABit() throws {
        let golden = try TrainingGolden("v2-tiny")
        for precision in TrainingPrecision.allCases {
            let bits = try [1, 2, 3].map { threads in
                let network = try golden.network(TrainingOptions(precision: precision), threads: threads)
                let loss = network.differentiate()
                return [loss.bitPattern]
                    + AdamW.gradientNorms(network.store.trained, network.context).map(\.bitPattern)
            }
            #expect(bits[0] == bits[1] && bits[0] == bits[2])
        }
    }

    @Test func bfloat16StaysNearFloat32() throws {
        let golden = try TrainingGolden("v2-lite-tiny")
        let network = try golden.network(TrainingOptions(precision: .bfloat16))
        #expect(agree(network.differentiate(), try #require(golden.json["loss"]?.number), 2e-2))
        let norms = AdamW.gradientNorms(network.store.trained, network.context)
        let global = norms.reduce(0) { $0 + $1 * $1 }.squareRoot()
        #expect(agree(global, try #require(golden.json["grad_global_l2"]?.number), 5e-2))
    }
}

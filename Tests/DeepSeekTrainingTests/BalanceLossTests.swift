import DeepSeekTraining
import Testing

struct BalanceLossTests {
    /// Two tokens, four experts on two devices, two experts per token: worked out by hand from equations 23 to 31.
    @Test func theThreeLossesOfTheReport() {
        let affinities: [Float] = [0.4, 0.3, 0.2, 0.1, 0.5, 0.1, 0.3, 0.1]
        let choices: [Int32] = [0, 1, 0, 2]
        func loss(_ weights: BalanceWeights) -> Double {
            var coefficients = [Float](repeating: 0, count: 4)
            return BalanceLoss(weights: weights, experts: 4, expertsPerToken: 2).evaluate(
                affinities: affinities, stride: 4, choices: choices, rows: 2, sequenceLength: 2,
                coefficients: &coefficients)
        }
        // f = 4/(2·2) · counts = (2, 1, 1, 0); P = (0.45, 0.2, 0.25, 0.1).
        #expect(abs(loss(.init(expert: 1)) - (2 * 0.45 + 0.2 + 0.25)) < 1e-6)
        // f' = (1.5, 0.5); P' = (0.65, 0.35).
        #expect(abs(loss(.init(device: 1, devices: 2, devicesPerToken: 2)) - (1.5 * 0.65 + 0.5 * 0.35)) < 1e-6)
        // Tokens sent: both to the first device, one to the second; f'' = 2/(2·2) · (2, 1).
        #expect(abs(loss(.init(communication: 1, devices: 2, devicesPerToken: 2)) - (1 * 0.65 + 0.5 * 0.35)) < 1e-6)
    }

    @Test func theLowestAffinitiesOfADeviceAreDropped() {
        let choices: [Int32] = [0, 1, 0, 1, 2, 3]
        let affinities: [Float] = [0.5, 0.1, 0.2, 0.4, 0.3, 0.3]
        let dropped = choices.withUnsafeBufferPointer { choices in
            TokenDropping(capacityFactor: 1, exemptShare: 0, devices: 2).dropped(
                choices: choices, affinities: affinities, experts: 4
            ) { $0 != 1 }
        }
        // Three of six may stay on the first device; of its four, number 1 is exempt, and 2 is the lowest of the rest.
        #expect(dropped == [2])
    }
}

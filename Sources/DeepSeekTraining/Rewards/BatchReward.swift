/// A reward that judges all answers of a step at once, on the thread that trains: a reward model.
public protocol BatchReward: AnyObject {
    var name: String { get }
    func scores(_ samples: [RewardSample]) throws -> [Double]
}

/// What the gradients of one update of a step were made from.
struct StepFigures {
    var loss = 0.0
    var balance = 0.0
    var load = 0.0
    var dropped = 0.0
    /// Rows that were computed, forth and back.
    var tokens = 0
    /// Of the task, under the names of its columns.
    var more: [String: Double] = [:]

    /// Adds the routing of one of so many passes.
    mutating func add(_ routers: [Router], passes: Int) {
        for router in routers {
            let share = 1 / Double(passes * routers.count)
            let loads = router.routing.loads
            let all = Double(max(loads.reduce(0, +), 1))
            balance += router.balanceLoss / Double(passes)
            load += share * Double((loads.max() ?? 0) * loads.count) / all
            dropped += share * Double(router.routing.dropped) / all
        }
    }
}

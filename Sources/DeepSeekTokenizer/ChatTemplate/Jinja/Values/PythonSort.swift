/// A stable sort by Python's order, which can refuse a pair of elements.
enum PythonSort {
    static func sort<Element>(
        _ elements: inout [Element], by key: (Element) -> Value, reversed: Bool = false
    ) throws(TemplateFault) {
        let keys = elements.map(key)
        var fault: TemplateFault?
        let order = elements.indices.sorted { left, right in
            guard fault == nil else { return left < right }
            do throws(TemplateFault) {
                // Python keeps equal elements in their order in a reversed sort, too.
                let (low, high) = reversed ? (right, left) : (left, right)
                if try Value.isLess(keys[low], keys[high]) { return true }
                if try Value.isLess(keys[high], keys[low]) { return false }
            } catch {
                fault = error
            }
            return left < right
        }
        if let fault { throw fault }
        elements = order.map { elements[$0] }
    }
}

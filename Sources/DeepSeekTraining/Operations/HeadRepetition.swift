/// Keys and values of the groups of grouped-query attention, side by side for every head: what the attention of MLA reads
/// in its expanded form. The gradient of a group is the sum of its heads'.
package final class HeadRepetition: Operation {
    /// `[rows, groups · width]` each; slices of one variable or two.
    private let keys: Variable
    private let values: Variable
    private let groups: Int
    private let heads: Int
    private let width: Int
    /// `[rows, heads · 2 · width]`: key and value of each head.
    private let output: Variable

    package var inputs: [Variable] { [keys, values] }
    package var outputs: [Variable] { [output] }

    package init(keys: Variable, values: Variable, groups: Int, heads: Int, width: Int, _ output: Variable) {
        self.keys = keys
        self.values = values
        self.groups = groups
        self.heads = heads
        self.width = width
        self.output = output
    }

    package func forward(_ context: ComputeContext) {
        context.forRows(output.rows) { rows in
            for row in rows {
                for head in 0..<heads {
                    let target = output.value + row * output.stride + head * 2 * width
                    let column = head * groups / heads * width
                    target.update(from: keys.value + row * keys.stride + column, count: width)
                    (target + width).update(from: values.value + row * values.stride + column, count: width)
                }
            }
        }
    }

    package func backward(_ context: ComputeContext) {
        precondition(!keys.claimGradient() && !values.claimGradient(), "keys and values have other readers")
        context.forRows(output.rows) { rows in
            for row in rows {
                (keys.gradient + row * keys.stride).update(repeating: 0, count: groups * width)
                (values.gradient + row * values.stride).update(repeating: 0, count: groups * width)
                for head in 0..<heads {
                    let given = output.gradient + row * output.stride + head * 2 * width
                    let column = head * groups / heads * width
                    let (key, value) = (
                        keys.gradient + row * keys.stride + column, values.gradient + row * values.stride + column
                    )
                    context.training.add(key, given, count: width, key)
                    context.training.add(value, given + width, count: width, value)
                }
            }
        }
    }
}

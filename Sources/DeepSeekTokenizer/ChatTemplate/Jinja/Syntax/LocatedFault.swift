/// A fault with the line that it happened in, when it did in the template.
struct LocatedFault: Error {
    let fault: TemplateFault
    let line: Int?
}

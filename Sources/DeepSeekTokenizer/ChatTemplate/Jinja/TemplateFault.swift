/// An error inside the language, before the place in the template is added to it.
struct TemplateFault: Error {
    let code: ChatTemplateError.Code
    let message: String

    init(_ code: ChatTemplateError.Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

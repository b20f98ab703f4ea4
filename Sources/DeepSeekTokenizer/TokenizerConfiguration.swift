import DeepSeekJSON

/// What `tokenizer_config.json` says about the use of a tokenizer.
public struct TokenizerConfiguration: Sendable, Hashable {
    /// The name of the template that is used unless another is asked for.
    public static let defaultTemplateName = "default"

    public var bosToken: String?
    public var eosToken: String?
    public var padToken: String?
    public var unkToken: String?
    /// Whether a prompt begins with ``bosToken``.
    public var addBosToken = false
    /// Whether a prompt ends with ``eosToken``.
    public var addEosToken = false
    /// Jinja templates by name.
    public var chatTemplates: [String: String] = [:]
    /// Where the templates stand, for errors: the file, and the member if it is JSON.
    public var chatTemplatePlace: String?
    /// In tokens. Files that do not know it say 1e30, hence not an integer.
    public var modelMaxLength: Double?

    /// The template that is used unless another is asked for.
    public var chatTemplate: String? { chatTemplates[Self.defaultTemplateName] }

    public init() {}

    /// Reads `tokenizer_config.json` in a folder, if there is one. A `chat_template.jinja` beside it replaces the
    /// default template.
    ///
    /// - Throws: ``TokenizerError`` for a file that cannot be read or has a member of the wrong kind.
    public init(folder: String) throws(TokenizerError) {
        let path = folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        let file = path + "/tokenizer_config.json"
        if FileContents.exists(file) {
            try self.init(json: FileContents.json(file), name: file)
        } else {
            self.init()
        }
        let template = path + "/chat_template.jinja"
        if FileContents.exists(template) {
            chatTemplates[Self.defaultTemplateName] = try FileContents.text(template)
            chatTemplatePlace = template
        }
    }

    /// - Parameter name: what errors call the document.
    public init(json: JSONValue, name: String) throws(TokenizerError) {
        let root = JSONPlace(file: name, value: json)
        guard json.object != nil else {
            throw root.error(.wrongType, "must hold an object, holds \(json.kind); is it a tokenizer_config.json?")
        }
        bosToken = try Self.token(root.optional("bos_token"))
        eosToken = try Self.token(root.optional("eos_token"))
        padToken = try Self.token(root.optional("pad_token"))
        unkToken = try Self.token(root.optional("unk_token"))
        addBosToken = try root.bool("add_bos_token", default: false)
        addEosToken = try root.bool("add_eos_token", default: false)
        modelMaxLength = try root.optional("model_max_length")?.number()
        chatTemplates = try Self.templates(root.optional("chat_template"))
        if !chatTemplates.isEmpty { chatTemplatePlace = "\(name): chat_template" }
    }

    /// A token as a string, or as an object with its text under `content`.
    private static func token(_ place: JSONPlace?) throws(TokenizerError) -> String? {
        guard let place else { return nil }
        return try place.value.object == nil ? place.string() : place.member("content").string()
    }

    /// One template, or a list of named ones.
    private static func templates(_ place: JSONPlace?) throws(TokenizerError) -> [String: String] {
        guard let place else { return [:] }
        guard place.value.array != nil else { return [defaultTemplateName: try place.string()] }
        var templates: [String: String] = [:]
        for element in try place.elements() {
            let name = try element.member("name")
            let template = try element.member("template").string()
            guard templates.updateValue(template, forKey: try name.string()) == nil else {
                throw name.error(.duplicate, "two templates have this name; rename one of them")
            }
        }
        return templates
    }
}

/// The formats of strings that schemas may ask for; each is written in a form that every validator takes.
public enum StringFormat: String, Sendable, Hashable, CaseIterable {
    /// RFC 3339, as 2024-02-29T23:59:59.5+01:00. No leap seconds.
    case dateTime = "date-time"
    case time
    /// Days that exist in years from 1 to 9999.
    case date
    /// ISO 8601, as P1Y2M10DT2H30M or P3W.
    case duration
    /// A name of atoms, and a host name.
    case email
    /// Labels of letters, digits and hyphens; no encoded international names.
    case hostname
    case ipv4
    case ipv6
    case uuid

    /// What the whole string matches.
    var pattern: String {
        switch self {
        case .date: Self.datePattern
        case .time: Self.timePattern
        case .dateTime: Self.datePattern + "T" + Self.timePattern
        case .duration:
            #"P(?:\d{1,6}W|\#(Self.durationDate)(?:T\#(Self.durationTime))?|T\#(Self.durationTime))"#
        case .email: "\(Self.atom)(?:\\.\(Self.atom)){0,2}@\(Self.label)(?:\\.\(Self.label)){1,2}"
        case .hostname: "\(Self.label)(?:\\.\(Self.label))*"
        case .ipv4: Self.ipv4Pattern
        case .ipv6: Self.ipv6Pattern
        case .uuid: "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
        }
    }

    /// Characters at most, where the pattern does not say so.
    var maximumLength: Int? { self == .hostname ? 253 : nil }

    private static let datePattern: String = {
        let year = #"(?:000[1-9]|00[1-9]\d|0[1-9]\d\d|[1-9]\d{3})"#
        let leapYear = "(?:\\d\\d(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"
        let day =
            "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)"
            + "|02-(?:0[1-9]|1\\d|2[0-8]))"
        return "(?:\(year)-\(day)|\(leapYear)-02-29)"
    }()

    private static let timePattern =
        #"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)"#

    private static let durationDate =
        #"(?:\d{1,6}Y(?:\d{1,6}M(?:\d{1,6}D)?)?|\d{1,6}M(?:\d{1,6}D)?|\d{1,6}D)"#
    private static let durationTime =
        #"(?:\d{1,6}H(?:\d{1,6}M(?:\d{1,6}S)?)?|\d{1,6}M(?:\d{1,6}S)?|\d{1,6}S)"#

    private static let atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,20}"

    /// Up to 63 letters, digits and hyphens: none at the ends, nor both third and fourth.
    private static let label: String = {
        let (a, h) = ("[A-Za-z0-9]", "[A-Za-z0-9-]")
        return "\(a)(?:\(h)?\(a)|\(h)(?:\(a)\(a)|-\(a))|\(h)(?:\(a)\(h)|-\(a))\(h){0,58}\(a))?"
    }()

    private static let ipv4Pattern: String = {
        let part = #"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"#
        return "\(part)(?:\\.\(part)){3}"
    }()

    private static let ipv6Pattern: String = {
        let group = "[0-9a-fA-F]{1,4}"
        // So many groups before the gap, and at most as many after it as leave at least one to be left out.
        var forms = ["(?:\(group):){7}\(group)", "(?:\(group):){6}\(ipv4Pattern)", "::"]
        for before in 0...7 {
            let head = before == 0 ? ":" : "(?:\(group):){\(before)}"
            let room = 7 - before
            forms.append(
                before == 0 ? ":(?::\(group)){1,7}" : "\(head)(?:\(room > 0 ? "(?::\(group)){1,\(room)}" : ":")|:)")
            if before <= 5 {
                let most = 5 - before
                forms.append("\(head):(?:\(group):){0,\(most)}\(ipv4Pattern)")
            }
        }
        return "(?:\(forms.joined(separator: "|")))"
    }()
}

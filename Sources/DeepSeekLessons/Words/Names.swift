/// People in lessons.
struct Names {
    let name: String
    let he: String
    let his: String
    let him: String

    static let english: [Names] =
        ["Tom", "Ben", "Sam", "Max", "Leo", "Jack"].map { Names(name: $0, he: "he", his: "his", him: "him") }
        + ["Anna", "Mia", "Lily", "Rosa", "Emma", "Lucy"].map { Names(name: $0, he: "she", his: "her", him: "her") }

    static let chinese: [Names] =
        ["小明", "小华", "冬冬", "小刚", "小龙", "阿强"].map { Names(name: $0, he: "他", his: "他的", him: "他") }
        + ["小红", "丽丽", "兰兰", "小芳", "小雨", "小梅"].map { Names(name: $0, he: "她", his: "她的", him: "她") }
}

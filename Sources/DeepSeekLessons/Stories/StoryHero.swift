/// Who a story is about: a child, or an animal that acts as children do.
struct StoryHero {
    let name: String
    /// As a request names it: "a boy", "小猫".
    let kind: String
    /// How the story brings it in: "a little boy named Tom", "一只小猫".
    let introduction: String
    let he: String
    let his: String
    let him: String

    static func pick(_ count: Int, _ language: LessonLanguage, _ random: inout LessonRandom) -> [StoryHero] {
        let people = random.pick(count, of: language.choose(Names.english, Names.chinese))
        let animals = random.pick(count, of: language.choose(englishAnimals, chineseAnimals))
        let names = random.pick(count, of: animalNames)
        let areAnimals = random.chance(0.4)
        return (0..<count).map { place in
            let person = people[place]
            guard areAnimals else {
                let isBoy = person.he == language.choose("he", "他")
                let kind = language.choose(isBoy ? "boy" : "girl", isBoy ? "小男孩" : "小女孩")
                return StoryHero(
                    name: person.name, kind: language.choose("a \(kind)", kind),
                    introduction: language.choose(
                        "a \(random.pick(["little", "young", "kind", "clever"])) \(kind) named \(person.name)",
                        "一个\(kind),名叫\(person.name)"), he: person.he, his: person.his, him: person.him)
            }
            let animal = animals[place]
            return language.choose(
                StoryHero(
                    name: names[place], kind: "a \(animal)",
                    introduction:
                        "a \(random.pick(["little", "small", "brown", "kind"])) \(animal) named \(names[place])",
                    he: "he", his: "his", him: "him"),
                StoryHero(name: animal, kind: animal, introduction: "一只\(animal)", he: "它", his: "它的", him: "它"))
        }
    }

    private static let animalNames = ["Pip", "Coco", "Momo", "Dot", "Bibi", "Fluff"]
    private static let englishAnimals = [
        "cat", "dog", "rabbit", "bear", "fox", "mouse", "frog", "duck", "bird", "monkey",
    ]
    private static let chineseAnimals = ["小猫", "小狗", "小兔", "小熊", "小狐狸", "小老鼠", "小青蛙", "小鸭", "小鸟", "小猴"]
}

/// Small facts: opposites, what animals say and eat, colours, days, months.
enum FactLesson {
    static func make(_ language: LessonLanguage, _ random: inout LessonRandom) -> Lesson {
        let (question, answer) = random.pick(language.choose(english, chinese))(&random)
        return Lesson(.fact, language, key: nil, truth: .text(answer), question: question, answer: answer)
    }

    private typealias Maker = @Sendable (inout LessonRandom) -> (String, String)

    private static let english: [Maker] = [
        { random in
            let place = random.index(WordTable.qualities.count)
            let (word, other) = (WordTable.qualities[place].english, WordTable.qualities[place ^ 1].english)
            return (
                Phrase.expand("[What is the opposite of {w}?|Opposite of {w}?]", ["w": word], &random),
                "The opposite of \(word) is \(other)."
            )
        },
        { random in next(days, "day", &random) },
        { random in next(months, "month", &random) },
        { random in pair(facts, &random) },
    ]

    private static let chinese: [Maker] = [
        { random in
            let place = random.index(WordTable.qualities.count)
            let (word, other) = (WordTable.qualities[place].chinese, WordTable.qualities[place ^ 1].chinese)
            return (
                Phrase.expand("[{w}的反义词是什么?|\"{w}\"的反义词?]", ["w": word], &random), "\(word)的反义词是\(other)。"
            )
        },
        { random in
            let place = random.index(7)
            let (day, following) = (chineseDays[place], chineseDays[(place + 1) % 7])
            return (Phrase.expand("[{d}后面是星期几?|{d}的下一天是星期几?]", ["d": day], &random), "\(day)后面是\(following)。")
        },
        { random in pair(chineseFacts, &random) },
        { random in pair(chineseFacts, &random) },
    ]

    private static func next(_ list: [String], _ kind: String, _ random: inout LessonRandom) -> (String, String) {
        let place = random.index(list.count)
        return (
            Phrase.expand(
                "[What {k} comes after {d}?|Which {k} follows {d}?]", ["d": list[place], "k": kind], &random),
            "\(list[(place + 1) % list.count]) comes after \(list[place])."
        )
    }

    private static func pair(_ table: [(String, String)], _ random: inout LessonRandom) -> (String, String) {
        random.pick(table)
    }

    private static let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    private static let chineseDays = ["星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期天"]
    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]

    private static let facts = [
        ("What colour is the sky?", "The sky is blue."), ("What colour is grass?", "Grass is green."),
        ("What colour is snow?", "Snow is white."), ("What colour is the sun?", "The sun is yellow."),
        ("What does a cat say?", "A cat says meow."), ("What does a dog say?", "A dog says woof."),
        ("What does a cow say?", "A cow says moo."), ("What does a duck say?", "A duck says quack."),
        ("What do cows eat?", "Cows eat grass."), ("What do rabbits like to eat?", "Rabbits like to eat carrots."),
        ("What do monkeys like to eat?", "Monkeys like to eat bananas."),
        ("Where do fish live?", "Fish live in water."),
        ("Where do birds sleep?", "Birds sleep in a nest."), ("What do bees make?", "Bees make honey."),
        ("How many legs does a dog have?", "A dog has 4 legs."),
        ("How many legs does a bird have?", "A bird has 2 legs."),
        ("How many days are in a week?", "There are 7 days in a week."),
        ("How many months are in a year?", "There are 12 months in a year."),
        ("How many hours are in a day?", "There are 24 hours in a day."), ("Is fire hot or cold?", "Fire is hot."),
        ("Is ice hot or cold?", "Ice is cold."), ("What falls from clouds?", "Rain falls from clouds."),
        ("When do we see the stars?", "We see the stars at night."),
        ("When does the sun shine?", "The sun shines by day."),
        ("What is the sea?", "The sea is a very big place full of salt water."),
        ("What is the moon?", "The moon is a big ball of stone in the sky."),
        ("Is water wet?", "Yes, water is wet."), ("Can a fish fly?", "No, a fish can swim, but it cannot fly."),
        ("Can a bird fly?", "Yes, most birds can fly."), ("What do we do with a book?", "We read a book."),
        ("What do we do with a pen?", "We write with a pen."),
        ("What season comes after winter?", "Spring comes after winter."),
        ("Which season is the coldest?", "Winter is the coldest season."),
        ("Which season is the hottest?", "Summer is the hottest season."),
        ("Which is bigger, an elephant or a mouse?", "An elephant is bigger than a mouse."),
        ("What is the capital of China?", "The capital of China is Beijing."),
        ("What is the capital of France?", "The capital of France is Paris."),
        ("What is the capital of England?", "The capital of England is London."),
    ]

    private static let chineseFacts = [
        ("天空是什么颜色的?", "天空是蓝色的。"), ("草是什么颜色的?", "草是绿色的。"), ("雪是什么颜色的?", "雪是白色的。"), ("太阳是什么颜色的?", "太阳是黄色的。"),
        ("猫怎么叫?", "猫喵喵叫。"), ("狗怎么叫?", "狗汪汪叫。"), ("牛吃什么?", "牛吃草。"), ("兔子爱吃什么?", "兔子爱吃胡萝卜。"), ("猴子爱吃什么?", "猴子爱吃香蕉。"),
        ("鱼住在哪里?", "鱼住在水里。"), ("鸟在哪里睡觉?", "鸟在窝里睡觉。"), ("蜜蜂做什么?", "蜜蜂做蜂蜜。"), ("狗有几条腿?", "狗有4条腿。"), ("鸟有几条腿?", "鸟有2条腿。"),
        ("一个星期有几天?", "一个星期有7天。"), ("一年有几个月?", "一年有12个月。"), ("一天有几个小时?", "一天有24个小时。"), ("火是热的还是冷的?", "火是热的。"),
        ("冰是热的还是冷的?", "冰是冷的。"),
        ("雨从哪里来?", "雨从云里来。"), ("什么时候能看见星星?", "晚上能看见星星。"), ("大海是什么?", "大海是很大很大的地方,里面都是咸咸的水。"),
        ("月亮是什么?", "月亮是天上的一个大石球。"),
        ("鱼会飞吗?", "不会,鱼会游泳,但是不会飞。"), ("鸟会飞吗?", "会,大多数鸟会飞。"), ("书是用来做什么的?", "书是用来读的。"), ("笔是用来做什么的?", "笔是用来写字的。"),
        ("冬天后面是什么季节?", "冬天后面是春天。"), ("哪个季节最冷?", "冬天最冷。"), ("哪个季节最热?", "夏天最热。"), ("大象和老鼠哪个大?", "大象比老鼠大。"),
        ("中国的首都是哪里?", "中国的首都是北京。"),
        ("法国的首都是哪里?", "法国的首都是巴黎。"), ("英国的首都是哪里?", "英国的首都是伦敦。"),
    ]
}

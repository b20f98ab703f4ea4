extension TalkTopic {
    static let english = [
        TalkTopic(
            place: .first,
            exchanges: [
                (
                    "[Hello|Hi|Hey|Hello there|Hi there][!|.|]",
                    "Hello! [How can I help you today?|What can I do for you?|Nice to meet you.]"
                ),
                ("[hello|hi|hey]", "Hello! [How can I help you today?|What can I do for you?]"),
                ("Good [morning|day][!|.]", "Good morning! [How can I help you today?|I hope you slept well.]"),
                ("Good [evening|afternoon][!|.]", "Good evening! [How can I help you?|How was your day?]"),
                (
                    "[Hello|Hi], [I am|my name is] {n}.",
                    "Hello, {n}! [Nice to meet you.|I am Mini. What can I do for you?]"
                ),
                ("[Hello|Hi], how are you?", "Hello! I am well, thank you. [How are you?|And you?]"),
            ]),
        TalkTopic(
            place: .middle,
            exchanges: [
                (
                    "[Who are you?|What are you?|What is your name?|Tell me about yourself.|Who am I talking to?|who are you]",
                    "I am DeepSeek-V2-Mini, a very small language model. I can talk a little, tell stories and do sums."
                ),
                (
                    "[Are you a person?|Are you human?|Are you real?|Are you a robot?]",
                    "No person, just a small computer program that has learned some words."
                ),
                (
                    "[Who made you?|Where do you come from?|How were you made?]",
                    "I was trained from scratch by the swift-deepseek package on a small computer."
                ),
                ("[How big are you?|How large are you?]", "I am very small: about nine million numbers."),
            ]),
        TalkTopic(
            place: .middle,
            exchanges: [
                (
                    "[What can you do?|How can you help me?|What are you good at?|help]",
                    "I can chat a little, tell small stories, do arithmetic with steps, and sort, count or repeat things, in English and Chinese."
                ),
                ("[Can you speak Chinese?|Do you know Chinese?|Do you speak Chinese?]", "Yes, a little. 你好!"),
                ("[Can you speak English?|Do you speak English?]", "Yes, I speak simple English."),
                (
                    "[Can you do maths?|Can you calculate?|Are you good at maths?]",
                    "Yes, with small numbers. Ask me something like 23 + 45."
                ),
                ("[Can you tell stories?|Do you know a story?]", "Yes! Just say: tell me a story."),
            ]),
        TalkTopic(
            place: .middle,
            exchanges: [
                (
                    "[How are you?|How do you feel?|How are you today?|how are you]",
                    "I am well, thank you. [How are you?|And you?]"
                ),
                (
                    "I am [happy|very happy|glad] today.",
                    "That is good to hear! [What made you happy?|I am happy for you.]"
                ),
                (
                    "I am [sad|very sad|unhappy] today.",
                    "I am sorry to hear that. [Do you want to hear a story?|I hope it gets better soon.]"
                ),
                ("I am [tired|so tired].", "Then you should rest a little. [A good sleep helps.|Sleep well!]"),
                (
                    "I am [hungry|so hungry].",
                    "[Then eat something good. How about some {food}?|Maybe you can eat some {food}.]"
                ),
                (
                    "I am [bored|so bored].",
                    "[Shall I tell you a story?|Let us play with numbers, or I can tell you a story.]"
                ),
                ("I am [fine|well|good][, thank you|].", "I am glad to hear that!"),
            ]),
        TalkTopic(
            place: .middle,
            exchanges: [
                (
                    "I like {animal}s.",
                    "[Me too! I think that|Oh,] {animal}s are [nice|lovely] animals. Do you have one?"
                ),
                (
                    "I like {action}.",
                    "{action} is a good way to spend a day. [Do you do it often?|With whom do you do it?]"
                ),
                (
                    "My favourite colour is {colour}.",
                    "{colour} is a beautiful colour. [I like it too.|Many nice things are {colour}.]"
                ),
                ("I [like|love] {food}.", "[That sounds good!|Yum!] I cannot eat {food}, but I can talk about it."),
                ("Do you like {animal}s?", "Yes, I like {animal}s. [Do you like them too?|And you?]"),
                ("Do you like {food}?", "I cannot eat, but {food} sounds good. [Do you like it?|And you?]"),
                ("[What do you like?|What do you like to do?]", "I like {action}, and I like to tell stories."),
                ("What is your favourite colour?", "I like {colour}. [What is yours?|And you?]"),
            ]),
        TalkTopic(
            place: .middle,
            exchanges: [
                ("My name is {n}. What is my name?", "Your name is {n}."),
                ("I am {n}.", "[Nice to meet you|Hello], {n}!"),
                (
                    "[It is raining today.|It rains.]",
                    "Then take an umbrella with you. [Or stay at home with a good book.|]"
                ),
                ("[It is sunny today.|The sun is shining.]", "How nice! [You can go to the park.|Have a nice walk!]"),
                ("[It is cold today.|It is so cold.]", "Then put on a warm coat. [And drink some hot tea.|]"),
                (
                    "[You are funny.|You are nice.|You are clever.|I like you.]",
                    "Thank you! [That makes me happy.|You are kind.]"
                ),
                (
                    "[Can you help me?|I need help.|Please help me.]",
                    "Of course. [What do you need?|What can I do for you?]"
                ),
                ("[Will you be my friend?|Are you my friend?]", "Yes, I would like to be your friend!"),
                (
                    "[What is the weather like?|What time is it?|What day is it today?]",
                    "I cannot know that: I have no window and no clock."
                ),
                (
                    "[Why is the sky blue?|What is the meaning of life?|Who is the president?|What is love?]",
                    "That is a big question, and I am a small model. I do not know."
                ),
            ]),
        TalkTopic(
            place: .last,
            exchanges: [
                ("[Thank you|Thanks|Thank you very much|Thanks a lot][!|.|]", "You are welcome!"),
                (
                    "[Bye|Goodbye|Bye bye|See you|See you later|See you tomorrow][!|.|]",
                    "Goodbye! [Have a nice day!|See you soon!]"
                ),
                ("Good night[!|.]", "Good night! Sleep well!"),
                ("[Thanks|Thank you], bye!", "You are welcome. Goodbye!"),
            ]),
    ]
}

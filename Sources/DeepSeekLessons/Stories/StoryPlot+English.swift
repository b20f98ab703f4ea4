extension StoryPlot {
    static let english = [
        StoryPlot(
            theme: "a lost toy",
            sentences: [
                "{He} had a {t} and [played with it every day|took it everywhere|loved it very much].",
                "One day {n} went to the {p} to play. When {he} came home, the {t} was gone.",
                "{n} was very sad and [began to cry|sat down by the door|could not eat].",
                "{F} came and asked, \"[What is wrong|Why are you sad], {n}?\"",
                "\"I have lost my {t},\" said {n}. \"[Let us look for it|I will help you find it],\" said {f}.",
                "They looked [under the bed|behind the tree|in the grass] and [in every box|under the table|near the bridge], but it was not there.",
                "Then they went back to the {p}. There it was, [under a leaf|behind a stone|in the tall grass]!",
                "{n} was so happy. \"Thank you, {f}! You are a good friend,\" {he} said.",
            ]),
        StoryPlot(
            theme: "helping an animal",
            sentences: [
                "One [cold|rainy|windy] day {he} saw a little {a} in the {p}.",
                "The {a} was [cold and wet|hungry and weak|hurt and could not walk].",
                "\"Poor little {a},\" said {n}. \"Do not be afraid. I will help you.\"",
                "{n} [put {his} coat around it|gave it some {d}|gave it water to drink] and took it home.",
                "Every day {he} [gave it food|sat with it|looked after it], and the {a} grew strong again.",
                "When it was well, {n} opened the door. \"Now you can go home,\" {he} said.",
                "But the {a} [came back every morning|did not want to go|came to see {him} every day]. Now they were friends.",
            ]),
        StoryPlot(
            theme: "sharing",
            sentences: [
                "{n} had a big {d} and wanted to eat it all alone.",
                "{F} came by. \"I am so hungry,\" said {f}. \"[May I have some|Can you give me a little]?\"",
                "\"No,\" said {n}, \"it is mine.\" So {f} went away [sadly|with an empty bag|without a word].",
                "{n} began to eat, but the {d} did not taste good. {He} felt [bad|sad|alone].",
                "{He} ran after {f} and said, \"I am sorry. Let us eat it together.\"",
                "They sat [under a tree|by the river|on the grass] and shared the {d}. Now it tasted very good.",
                "From that day on {n} knew: things are better when you share them.",
            ]),
        StoryPlot(
            theme: "being brave",
            sentences: [
                "{n} was afraid of [the dark|deep water|high places|the loud wind].",
                "When the others played in the {p}, {he} stayed at home and looked out of the window.",
                "One day {his} friend {f} said to {him}, \"[Come with me|Give me your hand]. We will try it together.\"",
                "{n} [was shaking|closed {his} eyes|felt {his} heart beat fast], but {he} took one small step. Then {he} took another.",
                "Nothing bad happened! \"I did it!\" {he} cried.",
                "\"You see,\" said {f}, \"to be brave is to be afraid and to try.\"",
                "After that {n} went to the {p} every day, and was not afraid any more.",
            ]),
        StoryPlot(
            theme: "building a house",
            sentences: [
                "{n} wanted to build a little house in the {p}.",
                "{He} took some [wood|stones|leaves] and worked all morning. But [the wind came|the rain came] and the house fell down.",
                "{n} was [angry|sad]. \"I will never make it,\" {he} said.",
                "{F} saw it and said, \"[Try again|Do not stop]. I will help you.\"",
                "{n} held the [wood|stones] and {f} put them in place. They worked until [evening|the sun went down].",
                "This time the house was strong. The wind blew, and the house did not fall.",
                "That night they [sat in the little house and ate {d}|slept in the little house]. They were tired and happy.",
            ]),
        StoryPlot(
            theme: "a rainy day",
            sentences: [
                "{n} and {f} wanted to go to the {p} and eat {d} there.",
                "But in the morning [the sky was dark|there were black clouds], and it began to rain.",
                "\"Now we cannot go,\" said {n}, and {he} was sad.",
                "{f} thought for a while. \"I know what we can do,\" {fhe} said.",
                "They put a blanket under the table and [made a little tent|played that it was a forest]. There they ate the {d} and [told stories|sang songs|played with the {t}].",
                "When the rain stopped, they saw [a rainbow|the sun] over the {p}.",
                "\"That was a good day,\" said {n}. \"It does not matter if it rains when you have a friend.\"",
            ]),
        StoryPlot(
            theme: "telling the truth",
            sentences: [
                "One day {n} played with a ball in the house. The ball hit [a cup|the lamp|a big clock], and it broke.",
                "Nobody had seen it. {n} [hid behind the door|ran to {his} room|was afraid].",
                "In the evening {his} mother asked, \"Who broke it?\"",
                "{n} wanted to say, \"It was the {a}.\" But {he} felt bad.",
                "\"It was me,\" {he} said in a small voice. \"I am sorry, Mother.\"",
                "{His} mother was quiet. Then she [smiled|took {him} in her arms]. \"I am glad that you told me the truth,\" she said.",
                "The next day they [mended it together|bought a new one]. And {n} never played ball in the house again.",
            ]),
        StoryPlot(
            theme: "a race",
            sentences: [
                "{n} could run very fast and was proud of it. \"Nobody is as fast as I am,\" {he} said every day.",
                "{F} was slow, but {fhe} said, \"Let us run a race to the {p}.\" {n} laughed.",
                "The race began. {n} ran far ahead. \"I have so much time,\" {he} thought, and [lay down under a tree and slept|stopped to eat {d}|sat down to play].",
                "{f} did not stop. Step by step {fhe} went on, [past the tree|over the bridge|up the hill].",
                "When {n} looked up, {f} was already [at the end|in the {p}]. {n} ran and ran, but it was too late.",
                "\"You have won,\" said {n}. \"I was fast, but you did not stop.\"",
                "From that day on {n} was not so proud, and the two often ran together.",
            ]),
        StoryPlot(
            theme: "a seed",
            sentences: [
                "One day {his} [grandmother|grandfather] gave {him} a small seed. \"Look after it,\" [she|the old one] said.",
                "{n} put the seed into the ground in the {p} and gave it water.",
                "The next day {he} looked, but there was nothing to see. \"[When will it grow|Is it sleeping]?\" {he} asked {f}.",
                "\"You must wait,\" said {f}. So {n} gave it water every day and waited.",
                "Then one morning there was a little green leaf. {n} [jumped for joy|called everybody to see it].",
                "The plant grew and grew. In summer it was [a tall flower|a small tree with red apples|taller than {n}].",
                "\"Good things need time,\" said {n}, and {he} [gave {f} the first flower|smiled].",
            ]),
        StoryPlot(
            theme: "getting lost",
            sentences: [
                "One day {n} went for a walk in the forest. {He} followed a {c} bird and went [farther and farther|deeper and deeper].",
                "When {he} looked back, {he} could not see the road any more. It was getting dark.",
                "\"Where am I?\" cried {n}. Then {he} heard a small voice. It was a {a}.",
                "\"I know the way,\" said the {a}. \"[Come with me|Follow me].\"",
                "They went [over a little bridge|along the river|past a big stone] and [up a hill|through the trees]. There were the lights of the village!",
                "{His} mother ran to meet {him}. \"[Where have you been?|I was so afraid!]\" she said.",
                "{n} wanted to thank the {a}, but it was gone. The next day {he} put some {d} under a tree for it.",
            ]),
        StoryPlot(
            theme: "a new friend",
            sentences: [
                "{n} was new in the village and had no friends yet.",
                "In the {p} the others [played ball|laughed and ran|sang songs], but {n} sat alone on a stone.",
                "{f} saw {him} and came over. \"[What is your name|Why do you sit here]?\" {fhe} asked.",
                "\"My name is {n}. I do not know anybody here,\" said {n}.",
                "\"Now you know me,\" said {f}. \"Do you like [games|kites|stories]? [Come and play with us|Here is my {t}, let us play].\"",
                "They played until the sun went down. {n} laughed for the first time in many days.",
                "At home {he} said, \"Mother, today I found a friend!\"",
            ]),
        StoryPlot(
            theme: "a birthday",
            sentences: [
                "It was {his} birthday, but nobody said anything about it.",
                "{n} asked {f}, \"Do you know what day it is?\" \"No,\" said {f}, and went away quickly.",
                "{n} thought, \"They have all forgotten me,\" and [went to the {p} alone|sat down and was sad].",
                "In the evening {he} came home. The house was dark and quiet.",
                "{n} opened the door. Suddenly there was light, and all {his} friends cried, \"Happy birthday, {n}!\"",
                "There was a big cake, and {f} gave {him} a {t}. \"We wanted it to be a surprise,\" said {f}.",
                "{n} [laughed and cried at the same time|was very happy]. It was the best birthday of all.",
            ]),
    ]
}

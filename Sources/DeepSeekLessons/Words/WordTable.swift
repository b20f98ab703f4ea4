/// The controlled vocabulary: a word in both languages.
struct WordTable {
    let english: String
    let chinese: String

    private static func table(_ text: String) -> [WordTable] {
        let words = text.split(separator: " ").map(String.init)
        return stride(from: 0, to: words.count - 1, by: 2).map { WordTable(english: words[$0], chinese: words[$0 + 1]) }
    }

    static let animals = table(
        "cat 猫 dog 狗 bird 鸟 fish 鱼 horse 马 cow 牛 sheep 羊 pig 猪 duck 鸭 bear 熊 rabbit 兔子 fox 狐狸 mouse 老鼠 frog 青蛙 "
            + "tiger 老虎 monkey 猴子 elephant 大象 chicken 鸡")
    static let foods = table(
        "apple 苹果 pear 梨 peach 桃子 banana 香蕉 bread 面包 rice 米饭 egg 鸡蛋 cake 蛋糕 milk 牛奶 water 水 tea 茶 soup 汤 "
            + "orange 橙子 nut 坚果 honey 蜂蜜")
    static let things = table(
        "ball 球 book 书 hat 帽子 cup 杯子 box 盒子 lamp 灯 chair 椅子 table 桌子 pen 笔 bag 包 kite 风筝 boat 船 bell 铃 coat 外套 "
            + "shoe 鞋 key 钥匙 door 门 window 窗户 bed 床 doll 娃娃 drum 鼓 clock 钟 umbrella 雨伞 flower 花 stone 石头 coin 硬币 "
            + "letter 信 map 地图")
    static let places = table(
        "garden 花园 park 公园 school 学校 house 房子 forest 森林 river 河 hill 山 sea 海 farm 农场 kitchen 厨房 market 市场 "
            + "road 路 village 村子 bridge 桥 room 房间 lake 湖")
    static let colours = table("red 红色 blue 蓝色 green 绿色 yellow 黄色 white 白色 black 黑色 brown 棕色 pink 粉色")
    static let nature = table(
        "sun 太阳 moon 月亮 star 星星 rain 雨 snow 雪 wind 风 cloud 云 tree 树 leaf 叶子 grass 草 sky 天空 fire 火")
    static let people = table(
        "mother 妈妈 father 爸爸 brother 哥哥 sister 妹妹 friend 朋友 teacher 老师 child 孩子 grandmother 奶奶 grandfather 爷爷 "
            + "king 国王 doctor 医生")
    static let actions = table(
        "run 跑 walk 走 eat 吃 drink 喝 sleep 睡觉 read 读 write 写 sing 唱 jump 跳 swim 游泳 fly 飞 play 玩 see 看 help 帮助 love 爱 "
            + "give 给 ask 问 laugh 笑 cry 哭 learn 学习")
    static let qualities = table(
        "big 大 small 小 hot 热 cold 冷 long 长 short 短 fast 快 slow 慢 happy 高兴 sad 难过 new 新 old 旧 high 高 low 低 "
            + "clean 干净 dirty 脏 strong 强 weak 弱 near 近 far 远 good 好 bad 坏 full 满 empty 空 bright 亮 dark 暗")

    static let all = animals + foods + things + places + colours + nature + people + actions + qualities

    /// Those that can be listed.
    static let nouns = animals + foods + things + nature

    func word(_ language: LessonLanguage) -> String { language.choose(english, chinese) }
}

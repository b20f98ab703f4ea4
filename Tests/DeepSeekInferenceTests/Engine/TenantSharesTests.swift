import DeepSeekInference
import Testing

@Suite struct TenantSharesTests {
    @Test func whoComesLaterStartsWithTheLeastServed() {
        var shares = TenantShares()
        let a = shares.enter("a")
        let b = shares.enter("b")
        a.note(prompt: 100, answer: 0)
        b.note(prompt: 0, answer: 20)
        #expect(a.served == 100 && b.served == 40)
        #expect(shares.enter("c").served == 40)
    }

    @Test func leavingForAMomentGainsNothing() {
        var shares = TenantShares()
        let a = shares.enter("a")
        _ = shares.enter("b")
        a.note(prompt: 100, answer: 0)
        shares.leave(a)
        #expect(shares.enter("a").served == 100)
    }

    @Test func whoWaitedHasNoClaimOnThePast() {
        var shares = TenantShares()
        let a = shares.enter("a")
        let b = shares.enter("b")
        shares.leave(b)
        a.note(prompt: 100, answer: 0)
        #expect(shares.enter("b").served == 100)
        #expect(shares.enter(nil).served == 100)
    }

    @Test func nobodyLeftMeansNothingKept() {
        var shares = TenantShares()
        let a = shares.enter("a")
        a.note(prompt: 100, answer: 0)
        shares.leave(a)
        #expect(shares.enter("a").served == 0)
    }
}

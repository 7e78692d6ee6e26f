using UserDomain.AuditApi.Integrity;

namespace UserDomain.AuditApi.Tests.Integrity;

public sealed class CanonicalTests
{
    [Fact]
    public void Texts_are_escaped_as_RFC_8785_section_3_2_2_2_says()
    {
        var written = new CanonicalObject().Add("a", "\u20ac$\u000f\nA'B\"\\\\\"/\u007f\U0001f600").Add("b", null).Add("c", 9_007_199_254_740_991).Add("d", value: true).ToString();

        Assert.Equal("{\"a\":\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\u007f\U0001f600\",\"b\":null,\"c\":9007199254740991,\"d\":true}", written);
    }

    [Fact]
    public void Members_out_of_order_are_refused() => Assert.Throws<ArgumentException>(() => new CanonicalObject().Add("b", 1).Add("a", 1));
}

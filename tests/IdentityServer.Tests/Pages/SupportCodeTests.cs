using System.Diagnostics;
using UserDomain.IdentityServer.Pages;

namespace UserDomain.IdentityServer.Tests.Pages;

public sealed class SupportCodeTests
{
    [Theory]
    [InlineData("00000000000000000000000000000001", "0000-00")]
    [InlineData("fffffffffffffffffffffffffffffffe", "ZZZZ-ZZ")]
    [InlineData("08864298e84a96c6b94d8d0f3e5b1a2c", "1234-56")]
    public void It_is_the_first_thirty_bits_of_the_trace_id(string trace, string code) =>
        Assert.Equal(code, SupportCode.Of(ActivityTraceId.CreateFromString(trace)));

    [Fact]
    public void What_follows_the_thirty_bits_does_not_count() => Assert.Equal(
        SupportCode.Of(ActivityTraceId.CreateFromString("4bf92f3400000000000000000000000a")),
        SupportCode.Of(ActivityTraceId.CreateFromString("4bf92f3777b34da6a3ce929d0e0e4736")));
}

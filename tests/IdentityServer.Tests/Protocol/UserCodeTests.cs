using UserDomain.IdentityServer.Protocol.Device;

namespace UserDomain.IdentityServer.Tests.Protocol;

public sealed class UserCodeTests
{
    [Theory]
    [InlineData("BCDFGHJK")]
    [InlineData("BCDF-GHJK")]
    [InlineData("bcdf ghjk")]
    [InlineData(" b c d f - g h j k ")]
    [InlineData("BCDF–GHJK")]
    [InlineData("bcdf‑ghjk")]
    public void A_code_is_read_however_it_is_typed(string typed) => Assert.Equal("BCDFGHJK", UserCode.Read(typed));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("BCDFGHJ")]
    [InlineData("BCDFGHJKL")]
    [InlineData("BCDFGHJA")]
    [InlineData("BCDFGHJ1")]
    [InlineData("BCDF_GHJK")]
    [InlineData("ＢCDFGHJK")]
    [InlineData("BCDFGHJK                                                                 ")]
    public void What_cannot_be_a_code_is_none(string? typed) => Assert.Null(UserCode.Read(typed));
}

using UserDomain.IdentityServer.Pages;

namespace UserDomain.IdentityServer.Tests.Pages;

public sealed class ReturnUrlTests
{
    [Theory]
    [InlineData("/account")]
    [InlineData("/account?x=1")]
    [InlineData("/account/sign-out")]
    [InlineData("/connect/authorize?client_id=web&state=a%20b")]
    [InlineData("/connect/logout?client_id=web")]
    [InlineData("/connect/verify?ticket=x")]
    [InlineData("/error")]
    public void It_may_be_an_account_page_or_a_request_that_waits(string given) => Assert.Equal(given, ReturnUrl.Of(given).Value);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("account")]
    [InlineData("//evil.example/account")]
    [InlineData("/\\evil.example/account")]
    [InlineData("https://evil.example/account")]
    [InlineData("javascript:alert(1)")]
    [InlineData("~/account")]
    [InlineData("/accounting")]
    [InlineData("/account/../connect/token")]
    [InlineData("/account/%2e%2e/connect/token")]
    [InlineData("/connect/authorize/../token")]
    [InlineData("/connect/token?x=1")]
    [InlineData("/connect/verify/x")]
    [InlineData("/errors")]
    [InlineData("/connect/authorize#fragment")]
    [InlineData("/connect/authorize?state=a b")]
    [InlineData("/connect/authorize?state=é")]
    [InlineData("/account\r\nSet-Cookie:a=b")]
    [InlineData("/admin")]
    public void Anything_else_leads_to_the_account_page(string? given) => Assert.Equal("/account", ReturnUrl.Of(given).Value);

    [Fact]
    public void Its_parameters_are_decoded_and_keep_their_case()
    {
        var url = ReturnUrl.Of("/connect/authorize?client_id=web&scope=openid%20profile&Scope=other&resource=a&resource=b&redirect_uri=https%3A%2F%2Fshop.example.test%2F");

        Assert.Equal("openid profile", url["scope"]);
        Assert.Null(url["SCOPE"]);
        Assert.Equal("a", url["resource"]);
        Assert.Equal("https://shop.example.test/", url.ClientAddress);
    }

    [Fact]
    public void Only_a_request_of_the_protocol_leads_on_to_a_client() =>
        Assert.Null(ReturnUrl.Of("/account?redirect_uri=https%3A%2F%2Fshop.example.test%2F").ClientAddress);
}

using UserDomain.IdentityServer.Pages;

namespace UserDomain.IdentityServer.Tests.Pages;

public sealed class PageContentPolicyTests
{
    [Theory]
    [InlineData("https://shop.example.test/callback?x=1", "https://shop.example.test")]
    [InlineData("https://SHOP.example.test:8443/callback", "https://shop.example.test:8443")]
    [InlineData("http://127.0.0.1:49152/", "http://127.0.0.1:49152")]
    [InlineData("http://[::1]:49152/", "http:")]
    [InlineData("https://shop.example.test/callback?for=a,b", "https://shop.example.test")]
    [InlineData("com.example.app:/callback", "com.example.app:")]
    [InlineData("myapp://callback", "myapp:")]
    public void Forms_may_lead_to_where_the_request_ends(string address, string source)
    {
        Assert.Equal(source, PageContentPolicy.SourceOf(address));
        Assert.EndsWith($"form-action 'self' {source}", PageContentPolicy.For(address), StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_comes_from_its_origin_alone_and_only_if_that_is_clean()
    {
        Assert.Equal(PageContentPolicy.For(null).Replace("data:", "data: https://cdn.example.test", StringComparison.Ordinal), PageContentPolicy.For(null, "https://cdn.example.test/logo.png"));
        Assert.Equal(PageContentPolicy.For(null), PageContentPolicy.For(null, "https://cdn.example.test/;script-src *"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/account")]
    [InlineData("//evil.example")]
    [InlineData("https://shop.example.test; script-src *")]
    [InlineData("https://shop.example.test;script-src")]
    [InlineData("https://shop.example.test/'unsafe-inline'")]
    [InlineData("https://shop.example.test/\"")]
    [InlineData("https://shop.example.test,https://evil.example")]
    [InlineData("https://shop.example.test\\@evil.example")]
    [InlineData("https://*.example.test/")]
    [InlineData("https://shop.example.test/\r\nSet-Cookie:a=b")]
    [InlineData("https://shöp.example.test/")]
    [InlineData("http://[2001:db8::1]/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,x")]
    public void What_is_not_clean_beyond_doubt_leaves_the_policy_as_it_is(string? address)
    {
        Assert.Null(PageContentPolicy.SourceOf(address));
        Assert.EndsWith("form-action 'self'", PageContentPolicy.For(address), StringComparison.Ordinal);
    }
}

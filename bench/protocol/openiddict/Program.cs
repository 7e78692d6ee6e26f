using UserDomain.OpenIddictPeer;

var builder = WebApplication.CreateBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.WebHost.UseUrls(builder.Configuration["PEER_URL"]!);
builder.AddPeer();
var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();
app.MapSignIn();
app.MapProtocol();
await Seed.ApplyAsync(app);
await app.RunAsync();

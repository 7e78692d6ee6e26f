using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace UserDomain.Pages.Tests.Console;

/// <summary>A test of the console by people who are signed in to it already.</summary>
public abstract class ConsoleTest(RunningSystem product, Chromium chromium) : BrowserTest(product, chromium)
{
    // Signing in costs a second. Only tests that end their session need one of their own.
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> SignedIn = new();

    /// <summary>The console in front of somebody who holds a role.</summary>
    private protected async Task<ConsoleApp> ConsoleAsync(string role = "administrator", BrowserNewContextOptions? options = null)
    {
        options ??= new();
        options.StorageState = await SignedIn.GetOrAdd(role, _ => new(() => SignInOnceAsync(role))).Value;
        return new(await OpenAsync(options), Product.PublicUrl);
    }

    /// <summary>The console in front of somebody who signs in just now.</summary>
    private protected async Task<ConsoleApp> SignInAsync(string userName)
    {
        var console = new ConsoleApp(await OpenAsync(), Product.PublicUrl);
        await console.OpenAsync();
        await console.Page.SignInAsync(userName);
        await console.Page.ArriveAsync("/admin");
        return console;
    }

    /// <summary>A name nothing else has.</summary>
    private protected static string Fresh(string stem) => $"{stem}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";

    private async Task<string> SignInOnceAsync(string role)
    {
        var name = $"{role}-of-the-console";
        await Product.CreateUserAsync(name, roles: role);
        return await (await SignInAsync(name)).Page.Context.StorageStateAsync();
    }
}

using UserDomain.AllInOne;
using UserDomain.ServiceDefaults.Hosting;

ServiceDescription[] services = [];

return await AllInOneHost.RunAsync(services, args);
